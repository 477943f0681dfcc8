"""A valid config without its registries: the same answers as the model of the config gives."""

from typing import Any

import pytest

from aegan.config import resolved
from aegan.config.error_messages import ConfigError
from aegan.config.requirements import compute_needs
from aegan.config.resolved import resolve_config
from aegan.config.validation import load_config
from aegan.data.sufficiency import DataNeeds


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def test_it_says_what_the_model_says(raw: dict[str, Any]) -> None:
    config = load_config(raw)
    for _ in range(2):  # validated, then recalled
        found = resolve_config(raw)
        assert found.settings == config.model_dump(mode="json", exclude_none=True)
        assert found.seed_blocks == config.list_seed_blocks()
        assert found.runs == {name: config.list_methods(name) for name in config.datasets}
        assert found.used_autoencoders == {name: config.list_used_autoencoders(name) for name in config.datasets}
        assert found.baselines == config.resolve_baselines()
        assert found.differences == config.describe_differences()
        for section in ("probes", "latents", "report", "verdicts", "diagnosis"):
            assert found.resolve_params(section) == config.resolve_params(section)
        for section in ("datasets", "autoencoders", "methods", "reproductions"):
            entries = {name: config.resolve_params(section, name) for name in getattr(config, section)}
            assert found.params[section] == entries
            assert list(found.params[section]) == list(entries)
        assert {name: DataNeeds(**needs) for name, needs in found.needs.items()} == {
            name: compute_needs(config, name) for name in config.datasets
        }


def test_keys_are_attributes_and_absent_ones_are_none(raw: dict[str, Any]) -> None:
    found = resolve_config(raw | {"diagnosis": False})
    assert found.study.seeds == raw["study"]["seeds"]
    assert found.methods["gan"].role.name == "none"
    assert (found.methods["gan"].autoencoder, found.evaluation.inception, found.diagnosis) == (None, None, None)
    with pytest.raises(AttributeError, match="images"):
        _ = found.evaluation.images
    with pytest.raises(AttributeError, match="quality"):
        _ = found.quality


def test_a_config_is_validated_once_and_again_when_it_changes(raw: dict[str, Any], monkeypatch) -> None:
    resolve_config(raw)
    with monkeypatch.context() as patch:
        patch.setattr(resolved, "_validate", pytest.fail)
        resolve_config(raw)
    for _ in range(2):
        with pytest.raises(ConfigError, match="'minmax' is not known"):
            resolve_config(raw | {"gan": raw.get("gan", {}) | {"loss": "minmax"}})
