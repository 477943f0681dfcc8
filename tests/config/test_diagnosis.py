"""The switch of the section `diagnosis`."""

from typing import Any

import pytest
import yaml

from aegan.config.diagnosis import Diagnosis
from aegan.config.error_messages import ConfigError
from aegan.config.model import Config
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_mappings


@pytest.mark.parametrize("off", ["off", "no", "false", "null", ""])
def test_the_diagnosis_can_be_switched_off(raw: dict[str, Any], off: str) -> None:
    config = load_config(merge_mappings(raw, yaml.safe_load(f"diagnosis: {off}")))
    assert config.diagnosis is None
    assert "diagnosis" not in config.model_dump(mode="json", exclude_none=True)
    assert Config.model_json_schema()["properties"]["diagnosis"]["anyOf"][1]["type"] == "boolean"
    assert load_config({**raw, "diagnosis": True}).diagnosis == Diagnosis()
    on_again = merge_mappings({**raw, "diagnosis": False}, {"diagnosis": {"eigenvalues": 0}})
    assert load_config(on_again).resolve_params("diagnosis")["eigenvalues"] == 0


@pytest.mark.parametrize("value", ["off", 0, []])
def test_other_values_do_not_switch_the_diagnosis_off(raw: dict[str, Any], value: object) -> None:
    with pytest.raises(ConfigError, match="diagnosis: "):
        load_config({**raw, "diagnosis": value})


def test_an_early_end_lies_below_the_levels_at_which_methods_are_compared(raw: dict[str, Any]) -> None:
    """A discriminator that ended above a level would look as if it never reached it."""
    assert "until_cross_entropy" not in load_config(raw).resolve_params("diagnosis")
    config = load_config(merge_mappings(raw, {"diagnosis": {"until_cross_entropy": 0.05}}))
    assert config.resolve_params("diagnosis")["until_cross_entropy"] == 0.05
    for level in (0, 0.051, 0.3, "low"):
        with pytest.raises(ConfigError, match=r"diagnosis\.until_cross_entropy: "):
            load_config(merge_mappings(raw, {"diagnosis": {"until_cross_entropy": level}}))


@pytest.mark.parametrize("asked", [False, True])
def test_the_fresh_discriminator_has_no_penalty_unless_asked(raw: dict[str, Any], asked: bool) -> None:
    assert load_config(raw).resolve_params("diagnosis")["penalty"] is False
    config = load_config(merge_mappings(raw, {"diagnosis": {"penalty": asked}}))
    assert config.resolve_params("diagnosis")["penalty"] is asked


def test_the_last_stage_is_diagnosed_or_all(raw: dict[str, Any]) -> None:
    assert load_config(raw).resolve_params("diagnosis")["stages"] == "last"
    with pytest.raises(ConfigError, match=r"diagnosis\.stages: .*last"):
        load_config(merge_mappings(raw, {"diagnosis": {"stages": "first"}}))
