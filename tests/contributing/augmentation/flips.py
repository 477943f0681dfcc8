from typing import Annotated

import torch
from pydantic import Field
from torch import Tensor

from aegan.objectives.augmentations import Augmentation, Step, _draw_per_image


def flips(_rounds: int, *, probability: Annotated[float, Field(gt=0, le=1)] = 0.5) -> Augmentation:
    """Mirror each image left to right with a probability (x-flips of ADA, Karras 2020, section 2.2 and appendix B).

    Args:
        probability: of each image.
    """

    def augment(images: Tensor, _step: Step, rng: torch.Generator) -> Tensor:
        return torch.where(_draw_per_image(images, rng) < probability, images.flip(3), images)

    return augment
