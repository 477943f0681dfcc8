"""The typed, strict config: one model per section.

Three sections hold what their catalogues of named entries share: `data` for `datasets`, `autoencoder` for
`autoencoders`, `gan` for `methods`. An entry takes every key it does not set itself from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from aegan.analysis.baselines import counterparts
from aegan.config.methods import GanTraining, Method
from aegan.config.sections import (
    Autoencoder,
    AutoencoderTraining,
    Data,
    Dataset,
    Diagnosis,
    Evaluation,
    Latents,
    Probes,
    Report,
    ReproductionEntry,
    Study,
    Verdicts,
)
from aegan.config.types import Name, Section


class Config(Section):
    """The whole config."""

    study: Study
    """What runs."""
    data: Data = Data()
    """Shared by all `datasets`."""
    datasets: dict[Name, Dataset]
    """The data sets that exist, by name."""
    autoencoder: AutoencoderTraining = AutoencoderTraining()
    """Shared by all `autoencoders`."""
    autoencoders: dict[Name, Autoencoder] = Field({})
    """The autoencoders that exist, by name."""
    latents: Latents = Latents()
    """Codes."""
    gan: GanTraining = GanTraining()
    """Shared by all `methods`."""
    methods: dict[Name, Method]
    """The methods that exist, by name."""
    probes: Probes = Probes()
    """Measurements during training."""
    diagnosis: Diagnosis = Diagnosis()
    """Measurements of trained games."""
    verdicts: Verdicts = Verdicts()
    """Thresholds."""
    evaluation: Evaluation = Evaluation()
    """Quality of the images."""
    reproductions: dict[Name, ReproductionEntry] = Field({})
    """The published results that can be reproduced, by name."""
    report: Report = Report()
    """Statistics of the report."""

    def resolved(self, section: str, name: str | None = None) -> dict[str, Any]:
        """Return a section, or one entry of a catalogue, as plain JSON values without absent keys: a job's params."""
        model: Section = getattr(self, section) if name is None else getattr(self, section)[name]
        return model.plain()

    def blocks(self) -> list[str]:
        """Cut the study's seeds into blocks like 0-4; a block's borders are multiples of the block size."""
        first, last = map(int, self.study.seeds.split("-"))
        size = self.study.block
        starts = range(first - first % size, last + 1, size)
        return [f"{max(start, first)}-{min(start + size - 1, last)}" for start in starts]

    def autoencoders_used(self) -> list[str]:
        """List the autoencoders that the study's methods need, each once, in their order."""
        used = (self.methods[method].autoencoder for method in self.study.methods)
        return list(dict.fromkeys(name for name in used if name))

    def baselines(self) -> dict[str, str]:
        """Tell what each of the study's methods is compared with: what the config says, else its plain counterpart."""
        run = self.study.methods
        told = {method: other for method, other in self.report.baselines.items() if {method, other} <= set(run)}
        return counterparts({name: self.resolved("methods", name) for name in run}) | told


#: catalogue -> the section that holds what its entries share
SHARED = {"datasets": "data", "autoencoders": "autoencoder", "methods": "gan"}


def with_shared(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Give every entry of a catalogue the keys of its shared section that it does not set itself."""
    merged = dict(raw)
    for catalogue, section in SHARED.items():
        entries, shared = raw.get(catalogue), raw.get(section) or {}
        if isinstance(entries, Mapping) and isinstance(shared, Mapping):
            merged[catalogue] = {
                name: {**shared, **entry} if isinstance(entry, Mapping) else entry for name, entry in entries.items()
            }
    return merged
