"""Augmentations of all data that the discriminator sees, real and fake, differentiable in these data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import torch
from pydantic import Field, NonNegativeFloat, PositiveFloat
from torch import Tensor
from torch.nn.functional import pad

from aegan.errors import InputError
from aegan.objectives.noise import draw_like
from aegan.objectives.weight_schedules import Step, compute_progress
from aegan.option_types import Share
from aegan.registry import Entry

#: (data (N, ...), rounds played, rng) -> data of the same shape
Augmentation = Callable[[Tensor, Step, torch.Generator], Tensor]

ShareBelowOne = Annotated[float, Field(ge=0, lt=1)]

#: the middle of the range of pixels [0, 1], which is 0 where images are in [−1, 1]
MIDDLE = 0.5


def instance_noise(rounds: int, *, deviation: PositiveFloat = 0.1, until: Share = 1.0) -> Augmentation:
    """Gaussian noise on all data that D sees, fading to zero (Sønderby 2017, section 2.4; Arjovsky & Bottou 2017, 3.1).

    It gives real data and fakes a common support.

    Args:
        rounds: rounds of the whole training.
        deviation: standard deviation at the first round; images are in [0, 1].
        until: share of the training after which it is zero; the decrease is linear.
    """

    def augment(data: Tensor, step: Step, rng: torch.Generator) -> Tensor:
        scale = deviation * (1 - compute_progress(step, rounds, until))
        return data + scale * draw_like(torch.randn, data, rng)

    return augment


def diffaugment(
    _rounds: int,
    *,
    brightness: NonNegativeFloat = 0.5,
    saturation: NonNegativeFloat = 2.0,
    contrast: NonNegativeFloat = 1.0,
    translation: ShareBelowOne = 0.125,
    cutout: ShareBelowOne = 0.5,
) -> Augmentation:
    """Differentiable augmentation of images, drawn for each image (DiffAugment, Zhao 2020, section 3.2).

    Colours change, then the image is shifted, then a square is cut out; shifted-in and cut-out pixels are 0.5. This is
    the authors' augmentation of images in [−1, 1], where the range of brightness is 1 and those pixels are 0.

    Args:
        brightness: width of the range of shifts, around 0; images are in [0, 1].
        saturation: width of the range of factors of colours' distances from their mean, around 1; of no effect on grey.
        contrast: width of the range of factors of pixels' distances from the image's mean, around 1.
        translation: largest shift, as a share of a side.
        cutout: side of the square, as a share of the image's.
    """

    def augment(images: Tensor, _step: Step, rng: torch.Generator) -> Tensor:
        if images.ndim != 4:
            wrong = f"data of shape {tuple(images.shape[1:])} are not images"
            raise InputError("diffaugment", wrong, "Use instance_noise, or no augmentation")
        images = images + brightness * (_draw_per_image(images, rng) - 0.5)
        images = _scale_deviations(images, 1, 1 + saturation * (_draw_per_image(images, rng) - 0.5))
        images = _scale_deviations(images, (1, 2, 3), 1 + contrast * (_draw_per_image(images, rng) - 0.5))
        return _cut_out(shift_images(images, translation, rng, MIDDLE), cutout, rng)

    return augment


def _draw_per_image(images: Tensor, rng: torch.Generator) -> Tensor:
    """Draw a number in [0, 1) for each image: (N, 1, 1, 1)."""
    return draw_like(torch.rand, images, rng, (len(images), 1, 1, 1))


def _scale_deviations(images: Tensor, dimensions: int | tuple[int, ...], factor: Tensor) -> Tensor:
    """Multiply the deviations from the mean over some dimensions by a factor (N, 1, 1, 1)."""
    mean = images.mean(dimensions, keepdim=True)
    return mean + factor * (images - mean)


def shift_images(images: Tensor, share: float, rng: torch.Generator, fill: float = 0.0) -> Tensor:
    """Shift each image by a random whole number of pixels, and fill up.

    Args:
        images: (N, C, H, W).
        share: largest shift, as a share of a side.
        rng: draws the shifts.
        fill: value of the pixels that are shifted in.

    Returns:
        (N, C, H, W).
    """
    count, _, height, width = images.shape
    rows, columns = (_draw_shifts(count, side, share, images, rng) for side in (height, width))
    down, right = round(share * height), round(share * width)
    padded = pad(images, (right, right, down, down), value=fill)
    index = torch.arange(count, device=images.device)[:, None, None]
    return padded.permute(0, 2, 3, 1)[index, (rows + down)[:, :, None], (columns + right)[:, None, :]].permute(
        0, 3, 1, 2
    )


def _draw_shifts(count: int, side: int, share: float, images: Tensor, rng: torch.Generator) -> Tensor:
    """Draw for each image the source row (or column) of each of its rows (or columns): (N, side)."""
    most = round(share * side)
    offset = torch.randint(-most, most + 1, (count, 1), generator=rng, device=images.device)
    return torch.arange(side, device=images.device) + offset


def _cut_out(images: Tensor, share: float, rng: torch.Generator) -> Tensor:
    """Set a square of each image to 0.5; its centre is in the image, so it may extend beyond the edge."""
    count, _, height, width = images.shape
    hidden = []
    for side in (height, width):
        size = int(share * side + 0.5)
        # a square of even size has its centre between two pixels, of which there is one place more
        start = torch.randint(side + 1 - size % 2, (count, 1), generator=rng, device=images.device) - size // 2
        place = torch.arange(side, device=images.device) - start
        hidden.append((place >= 0) & (place < size))
    return images.masked_fill(hidden[0][:, None, :, None] & hidden[1][:, None, None, :], MIDDLE)


class AugmentationEntry(Entry[Augmentation]):
    """An augmentation and the kind of data that it accepts.

    Args:
        function: (rounds) and options -> augmentation.
        needs_images: whether it accepts images (N, C, H, W) only, and not points or codes (N, D).
    """

    def __init__(self, function: Callable[..., Augmentation], *, needs_images: bool = False) -> None:
        super().__init__(function)
        self.needs_images = needs_images


AUGMENTATIONS: dict[str, AugmentationEntry] = {
    "instance_noise": AugmentationEntry(instance_noise),
    "diffaugment": AugmentationEntry(diffaugment, needs_images=True),
}
