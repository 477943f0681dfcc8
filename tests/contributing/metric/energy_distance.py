"""Distance between two sets of features from the distances between their samples."""

from __future__ import annotations

import numpy as np

from aegan.metrics.validation import check_feature_pair


def energy_distance(real: np.ndarray, fake: np.ndarray) -> float:
    """Measure the energy distance 2 E‖X − Y‖ − E‖X − X'‖ − E‖Y − Y'‖ (Székely & Rizzo 2013, eq. 5).

    Args:
        real: (N, D) features X.
        fake: (M, D) features Y.

    Returns:
        A distance that is 0 only for equal sets; independent samples of one distribution are above 0 by O(1/n).

    Raises:
        InputError: the features do not fit.
    """
    from scipy.spatial.distance import cdist  # scipy takes a while to import, and only this function needs it

    real, fake = check_feature_pair(real, fake)
    between, of_real, of_fake = (cdist(*pair).mean() for pair in ((real, fake), (real, real), (fake, fake)))
    return float(2 * between - of_real - of_fake)
