"""Metrics of reconstructions of images or points. Images are scaled to the unit range first."""

from __future__ import annotations

import numpy as np

from aegan.metrics.validation import check_data_pair, check_image_pair

BATCH = 256  # images per call of SSIM, which holds ten copies of its batch


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
    import torch
    from torchmetrics.functional.image import peak_signal_noise_ratio  # slow import, see structural_similarity

    before, after = map(torch.from_numpy, check_image_pair(original, decoded))
    return float(peak_signal_noise_ratio(after, before, data_range=1.0))


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
    # imported here, because torchmetrics imports matplotlib, which takes a second
    import torch
    from torchmetrics.functional.image import structural_similarity_index_measure

    pair = check_image_pair(original, decoded)
    if min(original.shape[1:3]) < 3:
        return float("nan")
    sigma = _window_sigma(min(original.shape[1:3]))
    before, after = (torch.from_numpy(images).permute(0, 3, 1, 2) for images in pair)
    total = 0.0
    for start in range(0, len(before), BATCH):
        batch = (after[start : start + BATCH], before[start : start + BATCH])
        summed = structural_similarity_index_measure(*batch, sigma=sigma, data_range=1.0, reduction="sum")
        total += float(summed)  # type: ignore[arg-type]  # a tuple only with return_full_image
    return total / len(before)


def _window_sigma(side: int) -> float:
    """Choose σ so that the window, which torchmetrics cuts at 3.5 σ, is no wider than `side` pixels."""
    radius = (side - 1) // 2
    return 1.5 if radius >= 5 else radius / 3.5
