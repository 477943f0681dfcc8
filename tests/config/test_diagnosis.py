"""The switch of the section `diagnosis`."""

from typing import Any

import pytest
import yaml

from aegan.config.diagnosis import Diagnosis
from aegan.config.model import Config
from aegan.config.validation import ConfigError, load_config
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
