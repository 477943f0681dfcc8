"""The model of the whole config.

Three sections hold keys that the named entries of another section share: `data` for `datasets`, `autoencoder` for
`autoencoders`, `gan` for `methods`. An entry takes every key that it does not set itself from that section.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import Field

from aegan.analysis.baselines import find_counterparts
from aegan.analysis.differences import Networks, describe_difference
from aegan.config.diagnosis import Diagnosis, OptionalDiagnosis
from aegan.config.methods import GanTraining, Method
from aegan.config.network_layers import describe_networks
from aegan.config.report import Report
from aegan.config.sections import (
    Autoencoder,
    AutoencoderTraining,
    Data,
    Dataset,
    Evaluation,
    Latents,
    Probes,
    ReproductionEntry,
    Study,
)
from aegan.config.types import Name, Section
from aegan.config.verdicts import Verdicts
from aegan.games.roles import ROLES


class Config(Section):
    """The whole config."""

    study: Study
    """What runs."""
    data: Data = Data()
    """Keys that all `datasets` share."""
    datasets: dict[Name, Dataset]
    """Data sets by name."""
    autoencoder: AutoencoderTraining = AutoencoderTraining()
    """Keys that all `autoencoders` share."""
    autoencoders: dict[Name, Autoencoder] = Field({})
    """Autoencoders by name."""
    latents: Latents = Latents()
    """Distribution of latent codes."""
    gan: GanTraining = GanTraining()
    """Keys that all `methods` share."""
    methods: dict[Name, Method]
    """Methods by name."""
    probes: Probes = Probes()
    """Measurements during training."""
    diagnosis: OptionalDiagnosis = Diagnosis()
    """Measurements on trained games; off without them."""
    verdicts: Verdicts = Verdicts()
    """Thresholds of the verdicts."""
    evaluation: Evaluation = Evaluation()
    """Quality of the generated images."""
    reproductions: dict[Name, ReproductionEntry] = Field({})
    """Published results to reproduce, by name."""
    report: Report = Report()
    """Statistics of the report."""

    def resolve_params(self, section: str, name: str | None = None) -> dict[str, Any]:
        """Return a section, or one named entry of it, as the `params` of a job: JSON values without absent keys.

        Args:
            section: key of the section, such as `probes` or `methods`.
            name: key of the entry, for a section of named entries.
        """
        model: Section = getattr(self, section) if name is None else getattr(self, section)[name]
        return model.to_params()

    def list_seed_blocks(self, reproduction: str | None = None) -> list[str]:
        """Split the seeds of the study, or of a reproduction, into blocks like 0-4.

        Their borders are multiples of the block size.
        """
        own = self.reproductions[reproduction].seeds if reproduction else None
        first, last = map(int, (own or self.study.seeds).split("-"))
        size = self.study.block
        starts = range(first - first % size, last + 1, size)
        return [f"{max(start, first)}-{min(start + size - 1, last)}" for start in starts]

    def list_methods(self, dataset: str) -> list[str]:
        """List the methods that run on a data set, in the order of the study."""
        chosen = (self.study.only or {}).get(dataset, self.study.methods)
        return [name for name in self.study.methods if name in chosen]

    def list_used_autoencoders(self, dataset: str) -> list[str]:
        """List the autoencoders that the methods of a data set use, each once, in the order of the methods."""
        used = (self.methods[method].autoencoder for method in self.list_methods(dataset))
        return list(dict.fromkeys(name for name in used if name))

    def resolve_baselines(self, networks: Mapping[str, Mapping[str, Networks]] | None = None) -> dict[str, list[str]]:
        """Return the baselines of each method of the study: those in `report.baselines`, else its counterpart.

        The counterpart is that on the first data set of the study on which the method has one. Those of a config whose
        networks cannot be built are found with `networks` {}, by names of networks alone.
        """
        names = self.study.methods
        configured = {
            method: run
            for method, baselines in self.report.baselines.items()
            if method in names and (run := [name for name in baselines if name in names])
        }
        methods = {name: self.resolve_params("methods", name) for name in names}
        own = self.networks if networks is None else networks
        non_image_networks = {name: frozenset(role.non_image_networks) for name, role in ROLES.items()}
        found: dict[str, str] = {}
        for dataset in self.study.datasets:
            running = {name: methods[name] for name in self.list_methods(dataset)}
            found = find_counterparts(running, non_image_networks, own.get(dataset, {})) | found
        resolved = {name: [counterpart] for name, counterpart in found.items()} | configured
        return {name: resolved[name] for name in names if name in resolved}

    def describe_differences(self) -> dict[str, dict[str, dict[str, str]]]:
        """Describe, by data set, method and baseline, in what else they differ there than what is compared.

        It is "" if in nothing. Networks depend on the shape of the data. Methods that do not run on the same data set
        have no description there.
        """
        return {
            dataset: {
                method: {
                    baseline: describe_difference(
                        self.resolve_params("methods", method),
                        self.resolve_params("methods", baseline),
                        (networks[method], networks[baseline]),
                    )
                    for baseline in baselines
                    if baseline in networks
                }
                for method, baselines in self.resolve_baselines().items()
                if method in networks
            }
            for dataset, networks in self.networks.items()
        }

    @cached_property
    def networks(self) -> dict[str, dict[str, Networks]]:
        """The networks of the study's methods by data set, see `describe_networks`."""
        return describe_networks(self)


#: section of named entries → section with the keys that they share
SHARED_SECTIONS = {"datasets": "data", "autoencoders": "autoencoder", "methods": "gan"}


def apply_shared_sections(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the config with each named entry completed by the keys of its shared section that it does not set."""
    merged = dict(raw)
    for section, shared_section in SHARED_SECTIONS.items():
        entries, shared = raw.get(section), raw.get(shared_section) or {}
        if isinstance(entries, Mapping) and isinstance(shared, Mapping):
            merged[section] = {
                name: {**shared, **entry} if isinstance(entry, Mapping) else entry for name, entry in entries.items()
            }
    return merged
