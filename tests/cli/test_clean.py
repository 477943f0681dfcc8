"""`aegan clean`: which studies there are; tests/workflow/test_dvc.py removes the results of a real one."""

import shutil
from pathlib import Path

import pytest

from aegan.cli.clean import clean_results, list_studies
from aegan.config.error_messages import ConfigError
from aegan.storage import write_text

CONFIG = Path(__file__).parents[2] / "config" / "config.yaml"


@pytest.fixture
def folder(in_folder):
    """Give a folder with the default config and two studies, of which one is only an overlay of the other."""
    (in_folder / "config" / "studies").mkdir(parents=True)
    shutil.copy(CONFIG, in_folder / "config" / "config.yaml")
    write_text(
        "config/studies/first.yaml", "study: {name: first, methods: [latent], primary: null, reproductions: []}\n"
    )
    write_text("config/studies/more.yaml", "study: {name: more}\nmethods: {own: {role: none}}\n")
    return in_folder


def test_studies_are_the_default_one_the_files_of_the_folder_and_that_of_the_overlays(folder):
    names = {study.name: [str(path) for path in study.overlays] for study in list_studies([])}
    assert set(names) == {"quickstart", "first", "more"}
    assert names["quickstart"] == []
    assert names["first"] == ["config/studies/first.yaml"]
    write_text("extra.yaml", "study: {name: extra, datasets: [digits]}\n")
    (extra,) = [study for study in list_studies([Path("extra.yaml")]) if study.name == "extra"]
    assert list(extra.overlays) == [Path("extra.yaml")]
    assert {"extra", "digits"} <= extra.names_in_paths


def test_an_overlay_that_is_no_study_by_itself_is_read_on_top_of_the_others(folder):
    write_text("config/studies/first.yaml", "study: {name: first}\nmethods: {mine: {role: none}}\n")
    write_text("config/studies/more.yaml", "study: {name: more, methods: [mine], primary: null}\n")
    overlays = [list(map(str, study.overlays)) for study in list_studies([]) if study.name == "more"]
    assert overlays == [["config/studies/first.yaml", "config/studies/more.yaml"]]


def test_an_overlay_of_nothing_is_named(folder):
    write_text("config/studies/broken.yaml", "study: {methods: [missing]}\n")
    with pytest.raises(ConfigError, match="missing"):
        list_studies([])


def test_without_results_nothing_is_listed(folder):
    assert clean_results([], remove=True) == ["removed 0 files, 0.0 MB"]
    assert clean_results([], remove=False) == ["not needed; `aegan clean --remove` removes 0 files, 0.0 MB"]
