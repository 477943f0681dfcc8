"""Types of options in the config, and the base of the models that hold them.

A bound refuses a number with which no machine could run a job. It is far beyond what a study needs.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator

#: share of a whole, without 0
Share = Annotated[float, Field(gt=0, le=1)]
#: share of a whole, without 0 and 1
Fraction = Annotated[float, Field(gt=0, lt=1)]
#: a seed, of which only a hash is used
Seed = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
#: units or feature maps of a layer, numbers per code
Width = Annotated[int, Field(gt=0, le=16_384)]
#: hidden layers of a network, which may have none
Depth = Annotated[int, Field(ge=0, le=1000)]
#: layers, of which there is at least one
Layers = Annotated[int, Field(gt=0, le=1000)]
#: samples of a batch
BatchSize = Annotated[int, Field(gt=0, le=65_536)]
#: things that are all kept in memory, such as the gradients of several batches
Repetitions = Annotated[int, Field(gt=0, le=10_000)]
#: samples that are all kept in memory
SampleCount = Annotated[int, Field(gt=0, le=10_000_000)]
#: pixels along a side of an image
Side = Annotated[int, Field(gt=0, le=4096)]

#: largest whole number; larger ones overflow where they are multiplied
LARGEST_INTEGER = 10**9
#: largest absolute value of other numbers; networks compute in float32, which ends at 3e38
LARGEST_FLOAT = 1e30


#: the settings of every model of options
MODEL_CONFIG = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False)


def make_value_validator(*keys: str) -> Any:
    """Make the validator of a pydantic model's fields that refuses empty texts, too large numbers, and true for 1."""
    return field_validator(*keys, mode="wrap")(classmethod(_check_value))


def _check_value(
    model: type[BaseModel], value: Any, check_type: ValidatorFunctionWrapHandler, info: ValidationInfo
) -> Any:
    checked = check_type(value)
    bounded = any(getattr(limit, "le", None) is not None for limit in model.model_fields[str(info.field_name)].metadata)
    is_bool = model.model_fields[str(info.field_name)].annotation is bool
    # a section that can be switched off is None or a model then
    switched = checked is None or isinstance(checked, BaseModel)
    if not is_bool and not switched and any(isinstance(each, bool) for each in _list_values(value)):
        raise ValueError("this key takes neither true nor false")
    for each in _list_values(checked):
        if each == "":
            raise ValueError("the text is empty")
        largest = LARGEST_INTEGER if isinstance(each, int) else LARGEST_FLOAT
        if isinstance(each, int | float) and abs(each) > largest and not bounded:
            raise ValueError(f"the largest number is {largest:g}")
    return checked


def _list_values(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
