import ast
import dataclasses
import inspect
import subprocess
import sys
from typing import get_type_hints

import numpy as np
import pytest
from PIL import Image
from pydantic import TypeAdapter

from aegan.data.raw_dataset import DataOutline
from aegan.data.sources import SOURCES


def required_options(source):
    """Values of the options without a default, which are paths."""
    parameters = inspect.signature(source).parameters.values()
    return {parameter.name: "no such path" for parameter in parameters if parameter.default is parameter.empty}


def test_importing_the_registry_imports_nothing_slow():
    slow = {"torch", "sklearn", "pandas", "PIL", "scipy"}
    code = f"import sys, aegan.data.sources; print({slow!r} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ast.literal_eval(result.stdout.replace("set()", "[]")) == []


@pytest.mark.parametrize("name", SOURCES)
def test_options_are_keyword_only_typed_and_documented(name):
    source = SOURCES[name]
    parameters = inspect.signature(source).parameters
    hints = get_type_hints(source.__init__, include_extras=True)
    assert set(parameters) <= set(hints)
    for option, parameter in parameters.items():
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert f"\n        {option}: " in source.__doc__
        assert parameter.default is inspect.Parameter.empty or repr(parameter.default) != "<factory>"


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_frozen_and_comes_back_from_json(name):
    adapter = TypeAdapter(SOURCES[name])
    source = adapter.validate_python(required_options(SOURCES[name]))
    assert adapter.validate_json(adapter.dump_json(source)) == source
    with pytest.raises(dataclasses.FrozenInstanceError):
        source.path = "other"
    assert isinstance(source.list_files(), list)


@pytest.mark.parametrize("name", [name for name in SOURCES if not hasattr(SOURCES[name], "FETCHED_FILES")])
def test_an_outline_is_that_of_the_loaded_data(name, tmp_path):
    options = {"count": 20} if name in {"ring", "grid", "swiss_roll", "dirac"} else {}
    if name == "npy":
        options = {"path": tmp_path / "a.npy"}
        np.save(options["path"], np.random.default_rng(0).integers(0, 256, (5, 8, 6, 3), dtype=np.uint8))
    if name == "folder":
        options = {"path": tmp_path, "size": (4, 6), "mode": "rgb"}
        for number in range(5):
            (tmp_path / f"class{number % 2}").mkdir(exist_ok=True)
            image = Image.fromarray(np.full((4, 6, 3), 40 * number, np.uint8))
            image.save(tmp_path / f"class{number % 2}" / f"{number}.png")
    source = SOURCES[name](**options)
    files = source.list_files()
    loaded, outline = source.load(files), source.outline(files)
    *sides, channels = loaded.values.shape[1:]
    assert outline == DataOutline((channels, *sides), bool(loaded.classes), len(loaded.values), loaded.train_count)
    before = source.outline()
    assert before.sized == (name != "npy")
    assert len(before.shape) == len(outline.shape)
    assert all(known in {1, side} for known, side in zip(before.shape, outline.shape, strict=True))
