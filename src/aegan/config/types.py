"""What the sections of the config are made of: names, shares, seeds, and the section itself."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

Fraction = Annotated[float, Field(gt=0, lt=1)]
Share = Annotated[float, Field(gt=0, le=1)]
#: names become folder names, Snakemake wildcards, and words in figures, which have room for so many letters
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]


MOST_SEEDS = 100_000


def _ordered(seeds: str) -> str:
    first, last = map(int, seeds.split("-"))
    if first > last:
        raise ValueError(f"the range {seeds} runs backwards; write {last}-{first}")
    if last - first >= MOST_SEEDS:
        raise ValueError(f"these are more than {MOST_SEEDS} seeds")
    return seeds


Seeds = Annotated[str, StringConstraints(pattern=r"^\d+-\d+$"), AfterValidator(_ordered)]


class Section(BaseModel):
    """A section of the config: unknown keys are refused, and a docstring under each key documents it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, validate_default=True)

    def plain(self) -> dict[str, Any]:
        """Return the section as plain JSON values, without absent keys."""
        return self.model_dump(mode="json", exclude_none=True)
