"""Change of a gradient with depth. All functions take norms (…, layers) from input to output, arrays or CPU tensors."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def decades_per_layer(norms: ArrayLike) -> np.ndarray:
    """Fit the slope (…) of log10 of the norm per layer, from output to input: positive if it grows towards the input.

    By least squares, as in figure 1b of WGAN-GP (Gulrajani 2017). NaN for a single layer; infinite or NaN if a norm
    is 0.
    """
    decades = _decades(norms)
    back = -np.arange(decades.shape[-1], dtype=np.float64)
    back -= back.mean()
    with np.errstate(invalid="ignore"):
        return np.asarray((back * decades).sum(-1) / np.square(back).sum())


def depth_ratio(norms: ArrayLike) -> np.ndarray:
    """Return log10 (…) of the norm at the first layer over that at the last, in decades."""
    decades = _decades(norms)
    return np.asarray(decades[..., 0] - decades[..., -1])


def _decades(norms: ArrayLike) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(np.asarray(norms, dtype=np.float64)))
