"""Metrics of reconstructions of images or points. Images are scaled to the unit range first."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from aegan.metrics.validation import check_data_pair, check_image_pair

BATCH = 256  # images at a time of SSIM, which holds ten copies of them
RADIUS = 5  # pixels, of the window of SSIM


def mean_squared_error(original: np.ndarray, decoded: np.ndarray) -> float:
    """Average the squared error over all values: of images on the unit range, of points in their own units.

    Args:
        original: (N, H, W, C) images, uint8 or floats in [0, 1], or (N, D) points.
        decoded: the same data reconstructed by the autoencoder.

    Returns:
        The mean squared error, in [0, 1] for images.

    Raises:
        InputError: the data do not fit, see `check_data_pair`.
    """
    original, decoded = check_data_pair(original, decoded)
    return float(np.square(original - decoded).mean())


def peak_signal_to_noise(original: np.ndarray, decoded: np.ndarray) -> float:
    """Compute the peak signal-to-noise ratio of the pooled error.

    The error is pooled over all images before the logarithm, so a single perfect image does not make it infinite.

    Args:
        original: (N, H, W, C) images, uint8 or floats in [0, 1].
        decoded: the same images reconstructed by the autoencoder.

    Returns:
        The ratio in decibels; infinity if nothing differs.

    Raises:
        InputError: the images do not fit, see `check_image_pair`.
    """
    error = mean_squared_error(*check_image_pair(original, decoded))
    return -10 * math.log10(error) if error else math.inf


def structural_similarity(original: np.ndarray, decoded: np.ndarray) -> float:
    """Average the structural similarity over all images (Wang et al. 2004, doi:10.1109/TIP.2003.819861).

    The Gaussian window has σ = 1.5 pixels and 11 taps. An image narrower than that gets the widest window that fits,
    with σ in proportion (8 × 8: 7 taps, σ = 0.86), so values of small and large images are not comparable.

    Args:
        original: (N, H, W, C) images, uint8 or floats in [0, 1].
        decoded: the same images reconstructed by the autoencoder.

    Returns:
        The similarity, 1 if nothing differs; NaN if a side is shorter than 3 pixels, where no window fits.

    Raises:
        InputError: the images do not fit, see `check_image_pair`.
    """
    before, after = (np.moveaxis(images, 3, 1) for images in check_image_pair(original, decoded))
    height, width = original.shape[1:3]
    if min(height, width) < 3:
        return float("nan")
    radius = min(RADIUS, (min(height, width) - 1) // 2)
    down, across = _window_matrix(height, radius), _window_matrix(width, radius)
    starts = range(0, len(before), BATCH)
    similarities = [
        _map_similarity(before[start : start + BATCH], after[start : start + BATCH], lambda z: down @ z @ across.T)
        for start in starts
    ]
    return float(np.concatenate([own.mean(axis=(1, 2, 3)) for own in similarities]).mean())


def _map_similarity(x: np.ndarray, y: np.ndarray, average: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Compute equation 13 of Wang et al. at every place (N, C, H, W) of the window.

    Args:
        x: images (N, C, H, W) on the unit range.
        y: images to compare them with, of the same shape.
        average: the averages (N, C, H, W) of images in the window.
    """
    mean_x, mean_y = average(x), average(y)
    squares = mean_x**2 + mean_y**2
    variances = average(x * x + y * y) - squares
    covariance = average(x * y) - mean_x * mean_y
    c1, c2 = 0.01**2, 0.03**2
    numerator, denominator = (2 * mean_x * mean_y + c1) * (2 * covariance + c2), (squares + c1) * (variances + c2)
    similarity: np.ndarray = numerator / denominator
    return similarity


def _window_matrix(side: int, radius: int) -> np.ndarray:
    """Return the weights (side, side) of all pixels along a side in the Gaussian window around each of them.

    The image is mirrored at its edges. σ is 1.5 for the widest window of 11 taps, as in the paper, else radius / 3.5.
    """
    offsets = np.arange(-radius, radius + 1)
    taps = np.exp(-((offsets / (1.5 if radius == RADIUS else radius / 3.5)) ** 2) / 2)
    mirrored = (side - 1) - np.abs(side - 1 - np.abs(np.arange(side)[:, None] + offsets))
    weights = np.zeros((side, side))
    np.add.at(weights, (np.arange(side)[:, None], mirrored), taps / taps.sum())
    return weights
