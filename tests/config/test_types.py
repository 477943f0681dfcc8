from typing import Any

import pytest
from pydantic import ValidationError
from tests.config.config_changes import problems, put

from aegan.config.methods import GanTraining
from aegan.config.sections import Study
from aegan.config.types import Name, Section, Seeds
from aegan.config.validation import load_config
from aegan.errors import AeganError
from aegan.option_types import Fraction, Share


def test_seeds_without_end_are_refused():
    with pytest.raises(AeganError, match="more than 100000 seeds"):
        load_config({"study": {"name": "a", "seeds": "0-999999999999999"}, "datasets": {}, "methods": {}})


def test_a_name_that_no_figure_has_room_for_is_refused(raw: dict[str, Any]) -> None:
    long = "a" * 41
    assert "at most 40 characters" in problems(put(raw, f"methods.{long}", {"role": "none"}))


class Example(Section):
    share: Share = 1.0
    fraction: Fraction = 0.5
    name: Name = "a"
    seeds: Seeds = "0-4"
    absent: int | None = None


def test_params_are_json_values_without_absent_keys() -> None:
    assert Example().to_params() == {"share": 1.0, "fraction": 0.5, "name": "a", "seeds": "0-4"}
    assert Example(absent=0).to_params()["absent"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"share": 0.0}, {"share": 1.1}, {"fraction": 1.0}, {"fraction": 0.0}, {"name": "a/b"}, {"name": "1a"},
        {"name": ""}, {"seeds": "4-0"}, {"seeds": "4"}, {"seeds": "-1-4"}, {"unknown": 1},
    ],
)  # fmt: skip
def test_values_of_another_type_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate(wrong)


def test_sections_are_frozen_and_documented() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Example().name = "b"
    for field, key in ((field, key) for section in (Study, GanTraining) for key, field in section.model_fields.items()):
        assert field.description, key
