"""The exact sign-flip test of signed ranks, of one study or of many at once.

Under the null hypothesis every difference is as likely as its negative. The statistic is the sum of the ranks of the
positive differences (Wilcoxon 1945), so one extreme seed cannot dominate the test and infinite differences rank last.
All sign patterns are counted, whatever the number of pairs, ties and zeros included: a zero keeps its rank and counts
on neither side (Pratt 1959). For differences of −1, 0 and 1 it is McNemar's exact test.
"""

from __future__ import annotations

import numpy as np


def sign_flip_p(change: np.ndarray) -> np.ndarray:
    """Test whether differences are symmetric about zero.

    Args:
        change: (…, n) paired differences in [-∞, ∞].

    Returns:
        (…) two-sided p; 1 without pairs.
    """
    at_least, at_most = sign_flip_tails(change)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(at_least, at_most)))


def sign_flip_tails(change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compute the one-sided p of the sign-flip test, in both directions.

    Args:
        change: (…, n) paired differences in [-∞, ∞].

    Returns:
        (…) p that differences are not above zero, small if they are; and (…) p that they are not below it.
    """
    from scipy.stats import rankdata  # takes a second; most callers want intervals alone

    doubled = np.rint(2 * rankdata(np.abs(change), axis=-1)).astype(int)  # ranks of ties are halves
    weights = np.where(change == 0, 0, doubled)
    positive = np.where(change > 0, weights, 0).sum(axis=-1)
    rows, kinds = np.unique(np.sort(weights, axis=-1).reshape(positive.size, -1), axis=0, return_inverse=True)
    at_least, at_most = np.empty((2, positive.size))
    for kind, row in enumerate(rows):  # studies without ties are all of one kind
        own = np.flatnonzero(kinds.reshape(-1) == kind)
        shares, sums = _count_sums(row), positive.reshape(-1)[own]
        at_most[own] = shares.cumsum()[sums]
        at_least[own] = shares[::-1].cumsum()[::-1][sums]
    return at_least.reshape(positive.shape), at_most.reshape(positive.shape)


def _count_sums(weights: np.ndarray) -> np.ndarray:
    """Compute the share of all subsets of the weights (n,) that have each sum: (Σ weights + 1,)."""
    shares = np.zeros(weights.sum() + 1)
    shares[0] = 1.0
    for weight in weights[weights > 0]:
        shares[weight:] = (shares[weight:] + shares[:-weight]) / 2
        shares[:weight] /= 2
    return shares
