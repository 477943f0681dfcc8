"""Convert between stored images, uint8 (N, H, W, C), and network inputs, float32 (N, C, H, W) in [0, 1]."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def to_unit(pixels: np.ndarray) -> Tensor:
    """Convert uint8 pixels (N, H, W, C) to float32 images (N, C, H, W) in [0, 1] on the CPU."""
    return torch.from_numpy(np.moveaxis(pixels, -1, 1).astype(np.float32, order="C")).div_(255)


def to_uint8(images: Tensor) -> np.ndarray:
    """Clamp images (N, C, H, W) to [0, 1] and round them to uint8 pixels (N, H, W, C): the inverse of `to_unit`.

    Raises:
        ValueError: a value is NaN, which uint8 cannot represent.
    """
    if images.isnan().any():
        raise ValueError("images with NaN have no grey levels")
    pixels = images.detach().clamp(0, 1).mul(255).round().to(torch.uint8)
    array: np.ndarray = pixels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return array
