"""The models of the config's sections, except methods."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
)

from aegan.config.primary import Primary
from aegan.config.replications import Replication
from aegan.config.types import Name, Section, Seeds
from aegan.data.sources import SOURCES
from aegan.evaluation.latent_prior import SAMPLERS
from aegan.games.autoencoder_objectives import OBJECTIVES
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.initialise import INITIALISERS
from aegan.option_types import BatchSize, Fraction, Repetitions, Seed
from aegan.probes.quantities import PROBES
from aegan.probes.schedules import SCHEDULES
from aegan.registry import choice
from aegan.reproductions.registry import REPRODUCTIONS
from aegan.tables import Precision
from aegan.training.optimisers import OPTIMISERS


class Study(Section):
    """What runs, and the name and title of its report."""

    name: Name = "quickstart"
    """Name of the report: reports/{name}/index.html."""
    title: str = "Does an autoencoder cure a GAN's gradients?"
    """Headline of the report."""
    datasets: Annotated[list[str], Field(min_length=1)]
    """Entries of `datasets` to run on."""
    methods: Annotated[list[str], Field(min_length=1)]
    """Entries of `methods` to run, each on all data sets unless `only` says otherwise."""
    only: dict[str, Annotated[list[str], Field(min_length=1)]] | None = None
    """Data set → those of `study.methods` that run on it. A data set that is not named runs all of them. Methods are
    compared on the data sets on which both run."""
    reproductions: list[str] = []
    """Entries of `reproductions` to run."""
    primary: Primary | None = None
    """Comparisons that are fixed before the study runs, corrected together (docs/statistics.md). Without them every
    comparison is secondary."""
    replications: list[Replication] = []
    """Replications of the primary family, tested in this order as a family of their own: each only where the one before
    it is decided."""
    seeds: Seeds = "0-4"
    """Seeds, first and last: 0-4. Methods are compared seed by seed."""
    block: PositiveInt = 5
    """Seeds per job. More seeds add blocks, and only the new blocks run."""


class Data(Section):
    """Keys that data sets share."""

    test_fraction: Fraction = 0.2
    """Share of the images held out for testing, unless the source has an official split."""
    seed: Seed = 0
    """Seed of the split into train and test."""


class Dataset(Data):
    """A data set."""

    source: choice(SOURCES)  # type: ignore[valid-type]
    """Source of the images."""
    show: Annotated[list[NonNegativeInt], Field(min_length=3, max_length=3)] | None = None
    """Channels that figures show as red, green and blue, numbered from 0: [3, 2, 1]. Absent, pictures of one or three
    channels are shown as they are, others as a strip of grey maps, one per channel."""


class AutoencoderTraining(Section):
    """Keys that autoencoders share: the settings of their training."""

    objective: choice(OBJECTIVES) = "mse"  # type: ignore[valid-type]
    """Objective that training minimises."""
    initialiser: choice(INITIALISERS) = "xavier"  # type: ignore[valid-type]
    """Distribution of the initial weights."""
    optimiser: choice(OPTIMISERS) = {"name": "adam", "learning_rate": 1e-3, "beta1": 0.9, "epsilon": 1e-7}  # type: ignore[valid-type]
    """Optimiser; the default is Adam with the defaults of Keras, which the article uses."""
    precision: Precision = "float32"
    """Precision of matrix products in the network, as for methods."""
    epochs: PositiveInt = 50
    """Passes over the train split."""
    batch_size: BatchSize = 256
    """Images per round."""
    held_out: Fraction = 0.1
    """Share of the train split that is held out; the weights with the lowest error on it are kept."""
    patience: PositiveInt | None = None
    """Epochs without a new lowest held-out error after which training stops; absent, it never stops early."""


class Autoencoder(AutoencoderTraining):
    """An autoencoder."""

    architecture: choice(AUTOENCODERS)  # type: ignore[valid-type]
    """Network of the autoencoder."""


class Latents(Section):
    """The distribution fitted to the codes of the train split, from which roles with a trained decoder draw codes."""

    sampler: choice(SAMPLERS) = "gmm"  # type: ignore[valid-type]
    """Distribution that is fitted."""


def _check_quantities(names: list[str]) -> list[str]:
    if "gradient" not in names:
        raise ValueError("gradient is missing; verdicts and decisions use its gradient_norm, so add gradient")
    return names


_Quantities = AfterValidator(_check_quantities)


class Probes(Section):
    """What is measured during training."""

    schedule: choice(SCHEDULES) = "dense_start"  # type: ignore[valid-type]
    """Steps at which probes run."""
    batches: Repetitions = 8
    """Batches whose median is the gradient norm; the norm of a single batch is dominated by outliers."""
    quantities: Annotated[list[Literal[tuple(PROBES)]], _Quantities] = list(PROBES)  # type: ignore[valid-type]
    """Probes that run; docs/probes.md describes them. Verdicts and decisions need `gradient`; figures of probes that
    are left out state that."""


class Evaluation(Section):
    """How generated images are compared with real ones."""

    samples: PositiveInt = 10_000
    """Generated images per member, at most the size of the train split, because the real-against-real floor is measured
    with the same number. Memory use does not grow with it."""
    subset: PositiveInt = 10_000
    """Largest number of generated images and of test images in metrics that compare single images or pairs (all except
    FD and the class metrics). Also the largest number of test images that are reconstructed, at most `samples`."""
    classifier_epochs: PositiveInt = 10
    """Passes over the train split in the training of the classifier whose features FD-cls uses."""
    inception: str | None = None
    """Path of a .safetensors file of InceptionV3, to compute FID beside FD-cls (docs/metrics.md). Nothing is
    downloaded."""


class ReproductionEntry(Section):
    """A published result to reproduce, with its criterion and its data."""

    result: choice(REPRODUCTIONS)  # type: ignore[valid-type]
    """The result. Its options are the settings, by default those of the paper, and the criterion of the grade."""
    dataset: str | None = None
    """Entry of `datasets`, for a result that needs data."""
    seeds: Seeds | None = None
    """Seeds of this result, first and last: 0-4. Absent, those of the study."""
