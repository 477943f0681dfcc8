"""Views: what is done to real data and fakes alike before the discriminator sees them, differentiable in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import torch
from pydantic import Field, NonNegativeFloat, PositiveFloat
from torch import Tensor
from torch.nn.functional import pad

from aegan.errors import InputError
from aegan.objectives.weight_schedules import Share, Step, passed

#: (data (N, ...), rounds played, rng) -> data of the same shape
View = Callable[[Tensor, Step, torch.Generator], Tensor]

Part = Annotated[float, Field(ge=0, lt=1)]


def instance_noise(rounds: int, *, deviation: PositiveFloat = 0.1, until: Share = 1.0) -> View:
    """Gaussian noise on all that is judged, fading to none (Sønderby 2017, section 2.4; Arjovsky & Bottou 2017, 3.1).

    It gives real data and fakes a common support.

    Args:
        deviation: standard deviation at the first round; images lie in [0, 1].
        until: share of the training at which it has faded, at a steady pace.
    """

    def view(data: Tensor, step: Step, rng: torch.Generator) -> Tensor:
        scale = deviation * (1 - passed(step, rounds, until))
        return data + scale * _like(torch.randn, data, data.shape, rng)

    return view


def diffaugment(
    _rounds: int,
    *,
    brightness: NonNegativeFloat = 1.0,
    saturation: NonNegativeFloat = 2.0,
    contrast: NonNegativeFloat = 1.0,
    translation: Part = 0.125,
    cutout: Part = 0.5,
) -> View:
    """Differentiable augmentation of images, each on its own (DiffAugment, Zhao 2020, section 3.2).

    Colours, then a shift, then a square that is cut out; what comes in from outside and what is cut out is 0.

    Args:
        brightness: width of the range of shifts, around 0.
        saturation: width of the range of factors of colours' distances from their mean, around 1; of no effect on grey.
        contrast: width of the range of factors of pixels' distances from the image's mean, around 1.
        translation: largest shift, as a share of a side.
        cutout: side of the square, as a share of the image's.
    """

    def view(images: Tensor, _step: Step, rng: torch.Generator) -> Tensor:
        if images.ndim != 4:
            wrong = f"data of shape {tuple(images.shape[1:])} are no images"
            raise InputError("diffaugment", wrong, "Use instance_noise, or no view")
        images = images + brightness * (_per_image(images, rng) - 0.5)
        images = _spread(images, 1, 1 + saturation * (_per_image(images, rng) - 0.5))
        images = _spread(images, (1, 2, 3), 1 + contrast * (_per_image(images, rng) - 0.5))
        return _cut(shifted(images, translation, rng), cutout, rng)

    return view


def _like(draw: Callable[..., Tensor], data: Tensor, shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    return draw(shape, generator=rng, device=data.device, dtype=data.dtype)


def _per_image(images: Tensor, rng: torch.Generator) -> Tensor:
    """Draw a number in [0, 1) for each image: (N, 1, 1, 1)."""
    return _like(torch.rand, images, (len(images), 1, 1, 1), rng)


def _spread(images: Tensor, over: int | tuple[int, ...], factor: Tensor) -> Tensor:
    """Multiply the distances from a mean."""
    mean = images.mean(over, keepdim=True)
    return mean + factor * (images - mean)


def shifted(images: Tensor, share: float, rng: torch.Generator) -> Tensor:
    """Shift each image by a whole number of pixels, up to a share of its sides, and fill up with 0."""
    count, _, height, width = images.shape
    rows, columns = (_shifts(count, side, share, images, rng) for side in (height, width))
    down, right = round(share * height), round(share * width)
    framed = pad(images, (right, right, down, down))
    place = torch.arange(count, device=images.device)[:, None, None]
    return framed.permute(0, 2, 3, 1)[place, (rows + down)[:, :, None], (columns + right)[:, None, :]].permute(
        0, 3, 1, 2
    )


def _shifts(count: int, side: int, share: float, images: Tensor, rng: torch.Generator) -> Tensor:
    """Draw for each image which rows (or columns) of the old one it shows: (N, side)."""
    most = round(share * side)
    offset = torch.randint(-most, most + 1, (count, 1), generator=rng, device=images.device)
    return torch.arange(side, device=images.device) + offset


def _cut(images: Tensor, share: float, rng: torch.Generator) -> Tensor:
    """Set a square of each image to 0; its centre lies anywhere, so it may hang over the edge."""
    count, _, height, width = images.shape
    hidden = []
    for side in (height, width):
        centre = torch.randint(side, (count, 1), generator=rng, device=images.device)
        hidden.append((torch.arange(side, device=images.device) - centre + 0.5).abs() < share * side / 2)
    return images * ~(hidden[0][:, None, :, None] & hidden[1][:, None, None, :])


#: (rounds) and options to a view.
VIEWS: dict[str, Callable[..., View]] = {"instance_noise": instance_noise, "diffaugment": diffaugment}
