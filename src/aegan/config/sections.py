"""The sections of the config: one model each, strict, documented key by key."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt

from aegan.analysis.endpoints import QUESTIONS
from aegan.config.types import Fraction, Name, Section, Seeds
from aegan.data.sources import SOURCES
from aegan.evaluation.latent_prior import SAMPLERS
from aegan.games.autoencoder_objectives import OBJECTIVES
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.initialise import INITIALISERS
from aegan.probes.schedules import SCHEDULES
from aegan.registry import choice
from aegan.reproductions.registry import REPRODUCTIONS
from aegan.training.optimisers import OPTIMISERS
from aegan.training.precision import Precision


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
    reproductions: list[str] = []
    """Entries of `reproductions` to run."""
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
    initialiser: choice(INITIALISERS) = "xavier"  # type: ignore[valid-type]
    """What the first weights are drawn from."""
    optimiser: choice(OPTIMISERS) = {"name": "adam", "learning_rate": 1e-3, "beta1": 0.9, "epsilon": 1e-7}  # type: ignore[valid-type]
    """How weights move; the default is Adam as the article's Keras has it."""
    precision: Precision = "float32"
    """Of products in the network, as for methods."""
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


class Probes(Section):
    """What is measured during training."""

    schedule: choice(SCHEDULES) = "evenly"  # type: ignore[valid-type]
    """At which steps."""
    batches: PositiveInt = 8
    """Batches that a gradient norm is the median of; a single one is dominated by outliers."""


class Diagnosis(Section):
    """What is measured of trained games: a fresh discriminator against frozen generators, and the game's dynamics."""

    discriminator_steps: PositiveInt = 4000
    """Steps of the fresh discriminator."""
    schedule: choice(SCHEDULES) = "logarithmic"  # type: ignore[valid-type]
    """At which of its steps the generator's gradients are measured."""
    batches: Annotated[int, Field(ge=2)] = 8
    """Batches that a gradient norm is the median of, and that its variance is estimated from."""
    eigenvalues: PositiveInt = 10
    """Eigenvalues of the game's Jacobian, those of largest modulus."""


class Verdicts(Section):
    """Thresholds of the verdict on each run and network, on log10 of gradient norms; why these: docs/verdicts.md."""

    vanishing_decades: PositiveFloat = 1.0
    """Decades that the whole network's gradient norm loses from start to end from which it counts as vanishing."""
    exploding_decades: PositiveFloat = 1.5
    """Decades that it gains from start to end from which it counts as exploding."""
    depth_decades: PositiveFloat = 2.0
    """Decades that the first layer's gradient norm lies below the last layer's at the end from which it counts as
    vanishing, or above it as exploding; networks of fewer than three layers are not judged over depth."""
    window: Fraction = 0.2
    """Share of the probed steps whose medians are the start (the first ones) and the end (the last ones)."""


class Evaluation(Section):
    """How generated images are compared with real ones."""

    samples: PositiveInt = 10_000
    """Generated images per member, no more than the train split has, for the floor is measured at the same count.
    Memory does not grow with it."""
    subset: PositiveInt = 10_000
    """Most of them, and of the test split, that metrics look at one by one or pair by pair: all but FD and those of
    classes. And most images of the test split, no more than `samples`, that are reconstructed."""
    classifier_epochs: PositiveInt = 10
    """Passes over the train split of the classifier whose features FD-cls is computed in."""
    inception: str | None = None
    """Path of your own .safetensors of InceptionV3, for FID beside FD-cls (docs/metrics.md). Nothing is downloaded."""


class ReproductionEntry(Section):
    """A published result: what is measured, with its criterion, and on which data."""

    result: choice(REPRODUCTIONS)  # type: ignore[valid-type]
    """The result; its options are the paper's setting unless set smaller, and the criterion it is graded against."""
    dataset: str | None = None
    """Entry of `datasets`, for a result that needs data."""


class Report(Section):
    """How the study is summed up."""

    baselines: dict[str, str] = {}
    """Which method is compared with which, seed by seed, where that is not the plain GAN of the same loss and
    regulariser (or, for a plain GAN with a regulariser, the one without): method -> baseline. Pairs not run are left
    out."""
    outcomes: Annotated[list[Literal[tuple(QUESTIONS)]], Field(min_length=1)] = list(QUESTIONS)  # type: ignore[valid-type]
    """What is decided about: with the pairs above the family of Holm's correction. Fewer questions leave more power."""
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
    conditioning_margin: PositiveFloat = 0.5
    """Decades of the generator's condition number within which two methods count as equivalent."""
    cost_margin: PositiveFloat = 0.1
    """Decades of arithmetic (its log10) within which two methods count as equally costly."""
