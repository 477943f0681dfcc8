"""Sizes of a new study: the default for its data, others for a budget of time, and the overlay that is written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jinja2 import Environment, StrictUndefined

#: smallest side in pixels that convolutional networks halve at least twice
MIN_CONVOLUTIONAL_SIDE = 16
EPOCHS, BATCH = 20, 64  # of a GAN: 15,600 rounds on 50,000 images
AUTOENCODER_ROUNDS, AUTOENCODER_BATCH = 1000, 256
#: least rounds of a GAN, epochs of an autoencoder, steps of a fresh discriminator, and samples that tell anything
LEAST_ROUNDS, LEAST_EPOCHS, LEAST_STEPS, LEAST_SAMPLES = 100, 5, 50, 500

#: method -> what it is, in the comment of the overlay
METHODS = {
    "gan": "the plain GAN",
    "reconstruction": "the article's scheme, its decoder the plain GAN's generator",
    "warm_start": "a generator that starts as a trained decoder",
    "gan_article": "the plain GAN with the article's own one-layer generator",
    "article": "the article's scheme with that generator",
    "gan_r1": "R1 without an autoencoder",
    "reconstruction_r1": "R1 with the article's scheme",
}


class DataDescription(NamedTuple):
    """The data at a path."""

    source: dict[str, Any]  #: entry of the config
    images: int  #: number of images
    shape: tuple[int, ...]  #: (H, W, C) of an image
    classes: int  #: number of classes; 0 for data without labels
    remark: str = ""  #: how the images are resized or converted
    reading: tuple[str, ...] = ()  #: how the values were read, and what was left out
    train_count: int | None = None  #: number of images in the train split, if the data have one of their own

    @property
    def train(self) -> int:
        """Number of images in the train split."""
        return self.train_count or round(self.images * 0.8)


class StudySize(NamedTuple):
    """What a study costs time for."""

    methods: tuple[str, ...]
    seeds: int  #: number of seeds
    rounds: int  #: of a GAN
    epochs: int  #: of an autoencoder
    steps: int  #: of the fresh discriminators of the diagnosis
    samples: int  #: generated images per member
    eigenvalues: int  #: 0 without the game's dynamics
    diagnosis: bool  #: whether there is one

    def shorten(self, share: float) -> StudySize:
        """Return the size with a share of the rounds, epochs, steps and samples, but no less than the least."""
        return self._replace(
            rounds=min(self.rounds, max(LEAST_ROUNDS, round(share * self.rounds))),
            epochs=min(self.epochs, max(LEAST_EPOCHS, round(share * self.epochs))),
            steps=min(self.steps, max(LEAST_STEPS, round(share * self.steps))),
            samples=min(self.samples, max(LEAST_SAMPLES, round(share * self.samples))),
        )


def choose_default_size(found: DataDescription) -> StudySize:
    """Choose the size that suits the data, whatever it costs."""
    return StudySize(
        methods=tuple(METHODS),
        seeds=5,
        rounds=min(15_600, max(2000, math.ceil(EPOCHS * found.train / BATCH))),
        epochs=min(150, max(50, math.ceil(AUTOENCODER_ROUNDS * AUTOENCODER_BATCH / found.train))),
        steps=500,
        samples=min(10_000, found.train),
        eigenvalues=10,
        diagnosis=True,
    )


def list_sizes(default: StudySize) -> Iterator[StudySize]:
    """Yield sizes for a budget, each smaller than the one before: first twice the default's seeds, then the default.

    What costs time and decides least goes first: half of the training, the game's dynamics, the pair with R1; the
    diagnosis, seeds and further methods go later.
    """
    yield default._replace(seeds=2 * default.seeds)
    yield from (default.shorten(share) for share in (1.0, 0.85, 0.7, 0.6, 0.5))
    size = default._replace(eigenvalues=0)
    yield size.shorten(0.5)
    size = size._replace(methods=size.methods[:5])
    yield from (size.shorten(share) for share in (0.5, 0.4, 0.3))
    size = size._replace(seeds=3)
    yield size.shorten(0.3)
    size = size._replace(diagnosis=False)
    yield from (size.shorten(share) for share in (0.3, 0.2))
    size = size._replace(methods=size.methods[:2])
    yield size.shorten(0.2)
    size = size._replace(seeds=2)
    yield from (size.shorten(share) for share in (0.2, 0.1, 0.05))


def describe_changes(default: StudySize, size: StudySize) -> list[str]:
    """Describe in which settings a size differs from the default."""
    lines = [
        f"{name}: {getattr(size, name):,} instead of {getattr(default, name):,}"
        for name in ("seeds", "rounds", "epochs", "samples")
        if getattr(size, name) != getattr(default, name)
    ]
    if left_out := [method for method in default.methods if method not in size.methods]:
        lines.append(f"methods left out: {', '.join(left_out)}")
    if not size.diagnosis:
        return [*lines, "diagnosis: off"]
    if size.steps != default.steps:
        lines.append(f"steps of the fresh discriminators: {size.steps:,} instead of {default.steps:,}")
    return lines if size.eigenvalues else [*lines, "eigenvalues: 0, so that the game's dynamics are left out"]


def render_overlay(name: str, found: DataDescription, target: Path, size: StudySize) -> str:
    """Render the overlay, with networks that suit the data.

    Args:
        name: name of the data set and the study.
        found: the data.
        target: the overlay's path, which it mentions.
        size: the size of the study.
    """
    template = files("aegan.cli").joinpath("new_study.yaml.j2").read_text(encoding="utf-8")
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    return environment.from_string(
        template
    ).render(
        name=name,
        found=found,
        size=size,
        explanations="; ".join(METHODS[method] for method in size.methods),
        place=target.as_posix(),
        source=yaml.safe_dump(found.source, default_flow_style=True, sort_keys=False, width=10**6).strip(),
        code=min(32, math.prod(found.shape)),  # no larger than the data
        convolved=min(found.shape[:2]) >= MIN_CONVOLUTIONAL_SIDE,
        patience=max(LEAST_EPOCHS, size.epochs // 10),
        title=yaml.safe_dump(f"Does an autoencoder cure a GAN's gradients on {name}?", width=10**6).splitlines()[0],
    )
