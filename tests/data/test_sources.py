import ast
import dataclasses
import inspect
import subprocess
import sys
from typing import get_type_hints

import pytest
from pydantic import TypeAdapter

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
