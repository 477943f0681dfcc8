"""Bounds of numbers in the config, and what every model of options refuses."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from aegan import option_types
from aegan.option_types import LARGEST_FLOAT, LARGEST_INTEGER, MODEL_CONFIG, make_value_validator


class Options(BaseModel):
    model_config = MODEL_CONFIG

    count: int = 1
    rate: float = 0.5
    rates: list[float] = []
    text: str = "a"
    flag: bool = True
    least: Annotated[int, Field(ge=2)] = 2

    _check_value = make_value_validator("*")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("rate", float("inf"), "finite number"),
        ("rate", float("nan"), "finite number"),
        ("rates", [1.0, float("-inf")], "finite number"),
        ("rate", 1e31, "the largest number is 1e"),
        ("rate", -1e31, "the largest number is 1e"),
        ("rates", [1e31], "the largest number is 1e"),
        ("count", LARGEST_INTEGER + 1, "the largest number is 1e"),
        ("count", True, "this key takes neither true nor false"),
        ("rates", [True], "this key takes neither true nor false"),
        ("text", "", "the text is empty"),
        ("least", 1, "greater than or equal to 2"),
        ("unknown", 1, "Extra inputs are not permitted"),
    ],
)
def test_values_that_no_job_can_use_are_refused(key: str, value: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Options.model_validate({key: value})


def test_all_other_values_are_kept() -> None:
    values = {"count": LARGEST_INTEGER, "rate": LARGEST_FLOAT, "rates": [0, "1e-4"], "text": "∞", "flag": False}
    assert Options.model_validate(values).model_dump() == values | {"rates": [0.0, 1e-4], "least": 2}


@pytest.mark.parametrize(
    ("name", "smallest", "largest"),
    [
        ("Width", 1, 16_384),
        ("Depth", 0, 1000),
        ("Layers", 1, 1000),
        ("BatchSize", 1, 65_536),
        ("Repetitions", 1, 10_000),
        ("SampleCount", 1, 10_000_000),
        ("Side", 1, 4096),
    ],
)
def test_counts_have_bounds(name: str, smallest: int, largest: int) -> None:
    counts = TypeAdapter(getattr(option_types, name))
    assert [counts.validate_python(value) for value in (smallest, largest)] == [smallest, largest]
    for value in (smallest - 1, largest + 1):
        with pytest.raises(ValidationError):
            counts.validate_python(value)


def test_shares_and_fractions_differ_at_one() -> None:
    assert TypeAdapter(option_types.Share).validate_python(1.0) == 1.0
    with pytest.raises(ValidationError):
        TypeAdapter(option_types.Fraction).validate_python(1.0)
