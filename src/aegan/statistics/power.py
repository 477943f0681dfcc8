"""Power of the sign-flip test for a number of seeds."""

from __future__ import annotations

import numpy as np


def simulate_power(
    n: int, effect: float, spread: float, *, level: float, studies: int, rng: np.random.Generator
) -> float:
    """Simulate the share of studies with p < level in the right direction, for normal differences around the effect.

    There is no closed form for small n. The test of each study is the exact signed-rank test (Wilcoxon 1945), which for
    differences without ties is the sign-flip test of `paired`.

    Args:
        n: number of pairs.
        effect: true mean of the differences, positive.
        spread: their standard deviation.
        level: level of the two-sided test.
        studies: number of simulated studies.
        rng: draws the studies.

    Returns:
        The share; NaN below two pairs or if effect or spread is not finite.
    """
    if n < 2 or not np.isfinite([effect, spread]).all():
        return np.nan
    differences = effect + spread * rng.standard_normal((studies, n))
    from scipy.stats import wilcoxon  # slow import

    return float(np.mean(wilcoxon(differences, axis=-1, alternative="greater", method="exact").pvalue < level / 2))
