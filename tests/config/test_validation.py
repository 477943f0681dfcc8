from pathlib import Path
from typing import Any

import pytest
from tests.config.config_changes import ROOT, check_message, problems, put

from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("methods.latent.autoencoder", "dens", "methods.latent.autoencoder: 'dens' is not among"),
        ("study.methods", ["gan", "lattent"], "study.methods[1]: 'lattent' is not among the methods. Did you"),
        ("study.datasets", ["digit"], "study.datasets[0]: 'digit' is not among the datasets. Did you mean 'digits'?"),
        ("report.baselines", {"article": "gann"}, "report.baselines.article: 'gann' is not among the methods"),
    ],
)
def test_a_reference_to_an_entry_that_does_not_exist_is_named_with_a_suggestion(
    raw: dict[str, Any], path: str, value: Any, words: str
) -> None:
    check_message(raw, path, value, words)


STUDIES = sorted((ROOT / "config" / "studies").glob("*.yaml"))


@pytest.mark.parametrize("study", STUDIES, ids=lambda path: path.stem)
def test_every_study_is_valid(study: Path) -> None:
    base = [ROOT / "config" / "studies" / "fashion_mnist.yaml"] if study.stem.endswith("_full") else []
    load_config(merge_config_files([ROOT / "config" / "config.yaml", *base, study]))


def test_all_mistakes_are_told_at_once(raw: dict[str, Any]) -> None:
    broken = put(put(put(raw, "study.sedes", 1), "gan.loss", "x"), "methods.latent.autoencoder", "y")
    text = problems(broken)
    assert text.startswith("3 mistakes in the config; nothing was started")
    assert all(key in text for key in ("study.sedes", "gan.loss", "methods.latent.autoencoder"))


def test_a_mistake_in_a_shared_section_is_told_once(raw: dict[str, Any]) -> None:
    assert problems(put(raw, "gan.loss", "x")).count("is not known") == 1


@pytest.mark.parametrize("entry", [None, 3, ["role"]])
def test_an_entry_that_is_no_mapping_is_named(raw: dict[str, Any], entry: object) -> None:
    assert "methods.gan: " in problems(put(raw, "methods.gan", entry))
