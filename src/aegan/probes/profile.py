"""How a gradient changes with depth. All take norms (..., layers), ordered from the input to the output."""

from __future__ import annotations

import torch
from torch import Tensor


def decades_per_layer(norms: Tensor) -> Tensor:
    """Slope (...) of log10 of the norm per layer going back: positive where it grows back towards the input.

    By least squares, as one reads figure 1b of WGAN-GP (Gulrajani 2017). NaN for a single layer; infinite or NaN where
    a norm is 0.
    """
    back = -torch.arange(norms.shape[-1], dtype=torch.float64, device=norms.device)
    back -= back.mean()
    return (back * norms.double().log10()).sum(-1) / back.square().sum()


def depth_ratio(norms: Tensor) -> Tensor:
    """Decades (...) between the ends: log10 of the norm at the first layer over that at the last."""
    decades = norms.double().log10()
    return decades[..., 0] - decades[..., -1]
