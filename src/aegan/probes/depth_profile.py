"""Change of a gradient with depth. All functions take norms (…, layers) from input to output, arrays or tensors.

An InputError is raised for norms without a layer or below 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from aegan.errors import InputError


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
    on_host = norms.detach().cpu() if hasattr(norms, "detach") else norms  # a tensor; torch is not imported for arrays
    values = np.asarray(on_host, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise InputError("norms", f"have shape {values.shape}", "Give at least one layer: (…, layers)")
    if (values < 0).any():
        raise InputError("norms", f"the least is {values.min():.3g}", "Give norms, which are at least 0")
    with np.errstate(divide="ignore"):
        return np.asarray(np.log10(values))
