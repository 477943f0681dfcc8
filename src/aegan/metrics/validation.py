"""Checks of the arrays that metrics are given."""

from __future__ import annotations

import numpy as np

from aegan.errors import InputError
from aegan.metrics.blocks import iterate_blocks


def check_feature_pair(real: np.ndarray, fake: np.ndarray, at_least: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Check two sets of features and return them in double precision.

    Args:
        real: (N, D) features of real samples.
        fake: (M, D) features of generated samples.
        at_least: the smallest N and M that the metric is defined for.

    Returns:
        Both arrays as float64.

    Raises:
        InputError: an array is not two-dimensional, has too few rows or a non-finite entry, or the D differ.
    """
    check_features(real, fake, at_least)
    return real.astype(np.float64), fake.astype(np.float64)


def check_features(real: np.ndarray, fake: np.ndarray, at_least: int = 2) -> None:
    """Check two sets of features (N, D) and (M, D), or memory maps, as `check_feature_pair` does, without a copy.

    Args:
        real: (N, D) features of real samples.
        fake: (M, D) features of generated samples.
        at_least: the smallest N and M that the metric is defined for.
    """
    for name, features in (("real", real), ("fake", fake)):
        check_feature_set(name, features, at_least)
    if real.shape[1] != fake.shape[1]:
        wrong = f"{fake.shape[1]} features against {real.shape[1]} of the real samples"
        raise InputError("fake", wrong, "Extract both with the same network.")


def check_feature_set(name: str, features: np.ndarray, at_least: int) -> np.ndarray:
    """Check one set of features and return it unchanged.

    Args:
        name: its name in error messages.
        features: (N, D) features.
        at_least: the smallest N that the metric is defined for.

    Raises:
        InputError: it is not two-dimensional, has too few rows or a non-finite entry.
    """
    if features.ndim != 2:
        raise InputError(name, f"features have shape {features.shape}", "Pass one row of features per sample.")
    if len(features) < at_least:
        raise InputError(name, f"{len(features)} rows of features", f"Pass at least {at_least} samples.")
    broken = sum(int((~np.isfinite(block)).any(axis=1).sum()) for block in iterate_blocks(features))
    if broken:
        fix = "A diverged generator has no quality: record its divergence instead."
        raise InputError(name, f"{broken} of {len(features)} rows are not finite", fix)
    return features


def check_image_pair(original: np.ndarray, decoded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Check two stacks of images and return them in double precision on the unit range.

    Args:
        original: (N, H, W, C) images, uint8 or floats in [0, 1].
        decoded: their reconstructions, of the same shape; the type may differ.

    Returns:
        Both arrays as float64 in [0, 1].

    Raises:
        InputError: a stack is empty or not four-dimensional, leaves [0, 1], or the shapes differ.
    """
    for name, images in (("original", original), ("decoded", decoded)):
        if images.ndim != 4 or images.size == 0:
            raise InputError(name, f"images have shape {images.shape}", "Pass (N, H, W, C) with N of at least 1.")
    _check_same_shape(original, decoded)
    return _unit("original", original), _unit("decoded", decoded)


def check_data_pair(original: np.ndarray, decoded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Check two stacks of images as `check_image_pair` does, or two of points, and return them in double precision.

    Args:
        original: (N, H, W, C) images, uint8 or floats in [0, 1], or (N, D) points.
        decoded: their reconstructions, of the same shape; the type may differ.

    Returns:
        Both arrays as float64: images in [0, 1], points in their own units, with the NaN of a diverged autoencoder.

    Raises:
        InputError: the shapes differ, or `check_image_pair` raises it for the images.
    """
    if original.ndim != 2:
        return check_image_pair(original, decoded)
    _check_same_shape(original, decoded)
    return original.astype(np.float64), decoded.astype(np.float64)


def _check_same_shape(original: np.ndarray, decoded: np.ndarray) -> None:
    if original.shape != decoded.shape:
        wrong = f"shape {decoded.shape} against {original.shape} of the originals"
        raise InputError("decoded", wrong, "Decode exactly the data that you compare with.")


def _unit(name: str, images: np.ndarray) -> np.ndarray:
    if images.dtype == np.uint8:
        return images / 255.0
    if not (images.min() >= 0 and images.max() <= 1):  # also true for NaN
        wrong = f"floats from {images.min():.3g} to {images.max():.3g}"
        raise InputError(name, wrong, "Scale floats to [0, 1], or pass uint8.")
    return images.astype(np.float64)
