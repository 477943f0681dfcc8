"""The typed, strict config: one model per section.

Three sections hold what their catalogues of named entries share: `data` for `datasets`, `autoencoder` for
`autoencoders`, `gan` for `methods`. An entry takes every key it does not set itself from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    StringConstraints,
)

from aegan.catalogue import choice
from aegan.data.sources import SOURCES
from aegan.games.autoencoding import OBJECTIVES
from aegan.games.roles import ROLES
from aegan.latents import SAMPLERS
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.probes.schedules import SCHEDULES
from aegan.training.optimisers import OPTIMISERS

Fraction = Annotated[float, Field(gt=0, lt=1)]
#: names become folder names and Snakemake wildcards
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


def _ordered(seeds: str) -> str:
    first, last = map(int, seeds.split("-"))
    if first > last:
        raise ValueError(f"the range {seeds} runs backwards; write {last}-{first}")
    return seeds


Seeds = Annotated[str, StringConstraints(pattern=r"^\d+-\d+$"), AfterValidator(_ordered)]


class Section(BaseModel):
    """A section of the config: unknown keys are refused, and a docstring under each key documents it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, validate_default=True)


class Study(Section):
    """What runs, and under which name it is reported."""

    name: Name = "quickstart"
    """Names the report: reports/{name}/index.html."""
    title: str = "Does an autoencoder cure a GAN's gradients?"
    """Headline of the report."""
    datasets: Annotated[list[str], Field(min_length=1)]
    """Entries of `datasets` to run on."""
    methods: Annotated[list[str], Field(min_length=1)]
    """Entries of `methods` to run."""
    seeds: Seeds = "0-4"
    """Seeds, first and last: 0-4. Methods are compared seed by seed."""
    block: PositiveInt = 5
    """Seeds per job. More seeds add blocks, and only new blocks run."""


class Data(Section):
    """What data sets share."""

    test_fraction: Fraction = 0.2
    """Share of the images held out for testing, unless the source brings its own split."""
    seed: int = 0
    """Seed of the split into train and test."""


class Dataset(Data):
    """A data set."""

    source: choice(SOURCES)  # type: ignore[valid-type]
    """Where the images come from."""


class AutoencoderTraining(Section):
    """What autoencoders share: how they are trained."""

    objective: choice(OBJECTIVES) = "mse"  # type: ignore[valid-type]
    """What training minimises."""
    optimiser: choice(OPTIMISERS) = {"name": "adam", "learning_rate": 1e-3, "beta1": 0.9, "epsilon": 1e-7}  # type: ignore[valid-type]
    """How weights move; the default is Adam as the article's Keras has it."""
    epochs: PositiveInt = 50
    """Passes over the train split."""
    batch_size: PositiveInt = 256
    """Images per round."""
    held_out: Fraction = 0.1
    """Share of the train split that training does not see: its error picks the weights that are kept."""
    patience: PositiveInt | None = None
    """Epochs without a new best held-out error after which training stops; absent, it never stops early."""


class Autoencoder(AutoencoderTraining):
    """An autoencoder."""

    architecture: choice(AUTOENCODERS)  # type: ignore[valid-type]
    """Its network."""


class Latents(Section):
    """The distribution fitted on the codes, from which roles with a decoder generate."""

    sampler: choice(SAMPLERS) = "gmm"  # type: ignore[valid-type]
    """What is fitted."""


class GanTraining(Section):
    """What methods share: the axes of a GAN other than the autoencoder's role."""

    loss: choice(LOSSES) = "non_saturating"  # type: ignore[valid-type]
    """Adversarial loss of both players."""
    penalty: choice(PENALTIES) | None = None  # type: ignore[valid-type]
    """Penalty on the discriminator; absent, there is none."""
    generator: choice(GENERATORS) = "dense"  # type: ignore[valid-type]
    """Generator, where the role does not bring the decoder."""
    discriminator: choice(DISCRIMINATORS) = "dense"  # type: ignore[valid-type]
    """Discriminator."""
    optimiser: choice(OPTIMISERS) = "adam"  # type: ignore[valid-type]
    """How the weights of every player move."""
    latent: PositiveInt = 32
    """Numbers per latent code of a generator that is not a decoder."""
    rounds: PositiveInt = 2000
    """Rounds of training: in each, every player moves."""
    batch_size: PositiveInt = 64
    """Images per move."""


class Method(GanTraining):
    """A method: a role of an autoencoder in a GAN, and the axes it is combined with."""

    role: choice(ROLES)  # type: ignore[valid-type]
    """What the autoencoder does in the game."""
    autoencoder: str | None = None
    """Entry of `autoencoders`, for a role that needs one."""


class Probes(Section):
    """What is measured during training."""

    schedule: choice(SCHEDULES) = "evenly"  # type: ignore[valid-type]
    """At which steps."""
    batches: PositiveInt = 8
    """Batches that a gradient norm is the median of; a single one is dominated by outliers."""


class Verdicts(Section):
    """Thresholds of the verdict on each run and network, on log10 of the whole network's gradient norm."""

    vanishing_decades: PositiveFloat = 1.0
    """Decades lost between the reference and the end of a run from which it counts as vanishing."""
    exploding_decades: PositiveFloat = 1.0
    """Decades gained between the reference and the end of a run from which it counts as exploding."""
    window: Fraction = 0.2
    """Share of the probed steps whose median is the reference (the first ones) and the end (the last ones)."""


class Evaluation(Section):
    """How generated images are compared with real ones."""

    samples: PositiveInt = 10_000
    """Generated images per member, no more than the train split has, for the floor is measured at the same count;
    and images of the test split that are reconstructed."""
    classifier_epochs: PositiveInt = 10
    """Passes over the train split of the classifier whose features FD-cls is computed in."""


class Report(Section):
    """How the study is summed up."""

    baselines: dict[str, str] = {}
    """Which method is compared with which, seed by seed: method -> plain counterpart. Pairs not run are left out."""
    alpha: Fraction = 0.05
    """Level of the tests, after Holm's correction over all rows of the decision table."""
    confidence: Fraction = 0.95
    """Coverage of the intervals."""
    resamples: PositiveInt = 2000
    """Bootstrap resamples per interval."""
    gradient_margin: PositiveFloat = 0.25
    """Decades of gradient norm within which two methods count as equivalent."""
    quality_margin: NonNegativeFloat = 0.1
    """Decades of FD-cls (its log10) within which two methods count as equivalent."""
    coverage_margin: NonNegativeFloat = 0.05
    """Difference in coverage within which two methods count as equivalent."""


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
    autoencoders: dict[Name, Autoencoder] = {}
    """The autoencoders that exist, by name."""
    latents: Latents = Latents()
    """Codes."""
    gan: GanTraining = GanTraining()
    """Shared by all `methods`."""
    methods: dict[Name, Method]
    """The methods that exist, by name."""
    probes: Probes = Probes()
    """Measurements during training."""
    verdicts: Verdicts = Verdicts()
    """Thresholds."""
    evaluation: Evaluation = Evaluation()
    """Quality of the images."""
    report: Report = Report()
    """Statistics of the report."""

    def resolved(self, section: str, name: str | None = None) -> dict[str, Any]:
        """Return a section, or one entry of a catalogue, as plain JSON values without absent keys: a job's params."""
        model: Section = getattr(self, section) if name is None else getattr(self, section)[name]
        return model.model_dump(mode="json", exclude_none=True)

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
