"""Types of the config's fields (names, seed ranges), and `Section`, the base of its models."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from aegan.option_types import MODEL_CONFIG, make_value_validator

#: name of an entry: used as folder name, Snakemake wildcard and label in figures, which have room for 40 characters
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]


#: number of seeds that a study may have
MAX_SEEDS = 100_000


def _check_seed_range(seeds: str) -> str:
    first, last = map(int, seeds.split("-"))
    if first > last:
        raise ValueError(f"the range {seeds} runs backwards; write {last}-{first}")
    if last >= 2**63:
        raise ValueError("seeds are below 2**63")
    if last - first >= MAX_SEEDS:
        raise ValueError(f"there are more than {MAX_SEEDS} seeds")
    return seeds


#: seeds, first and last: 0-4
Seeds = Annotated[str, StringConstraints(pattern=r"^[0-9]+-[0-9]+$"), AfterValidator(_check_seed_range)]


class Section(BaseModel):
    """A section of the config. Unknown keys are refused, and the docstring below each field documents its key."""

    model_config = ConfigDict(**MODEL_CONFIG, use_attribute_docstrings=True)

    _check_value = make_value_validator("*")

    def to_params(self) -> dict[str, Any]:
        """Return the section as JSON values without absent keys: the `params` of a job."""
        return self.model_dump(mode="json", exclude_none=True)
