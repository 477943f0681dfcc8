"""What a number of seeds can find: power of the sign-flip test."""

from __future__ import annotations

import numpy as np
from scipy.stats import wilcoxon


def power(n: int, effect: float, spread: float, *, level: float, studies: int, rng: np.random.Generator) -> float:
    """Simulate how often n pairs reach p < level in the right direction, if differences are normal around the effect.

    There is no closed form for n this small, so studies are drawn; the test of each is exact (Wilcoxon 1945), which
    for differences without ties is the sign-flip test of `paired`.

    Args:
        n: number of pairs.
        effect: true mean of the differences, positive.
        spread: their standard deviation.
        level: of the two-sided test.
        studies: simulated studies.
        rng: draws them.

    Returns:
        The share of studies; NaN below two pairs or where effect or spread is not finite.
    """
    if n < 2 or not np.isfinite([effect, spread]).all():
        return np.nan
    differences = effect + spread * rng.standard_normal((studies, n))
    return float(np.mean(wilcoxon(differences, axis=-1, alternative="greater", method="exact").pvalue < level / 2))
