"""Eigenvalues of largest modulus of a linear map that is known by its products with vectors alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np

from aegan.progress import ProgressLog

#: relative accuracy of iterated eigenvalues, and the restarts allowed: a figure shows three digits, and more restarts
#: are expensive for a cluster of eigenvalues
TOLERANCE, RESTARTS = 1e-4, 3


def iterate_eigenvalues(multiply: Callable[[np.ndarray], np.ndarray], start: np.ndarray, k: int) -> np.ndarray:
    """Return the k eigenvalues of largest modulus by Arnoldi iteration, complex128 (k,) or fewer.

    Those that did not converge are left out. A map whose products are not finite has NaN, the zero map has zeros.

    Args:
        multiply: maps a vector (P,) to its product (P,), float64.
        start: the first vector (P,).
        k: at most P − 2.
    """
    from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigs

    if k == 0:
        return np.empty(0, dtype=np.complex128)
    size, basis = len(start), min(len(start), max(3 * k, 20))
    most, progress, products = basis + 2 + RESTARTS * (basis - k), ProgressLog(), count(1)

    def multiply_and_log(vector: np.ndarray) -> np.ndarray:
        done = next(products)
        progress.log_when_due(lambda: f"eigenvalues: product {done} of at most {most} with the Jacobian")
        return multiply(vector)

    image = multiply_and_log(start)
    if not np.isfinite(image).all():  # ARPACK fails on this map and on the next
        return np.full(k, complex(np.nan, np.nan))
    if not image.any():
        return np.zeros(k, dtype=np.complex128)
    operator = LinearOperator((size, size), matvec=multiply_and_log, dtype=np.float64)
    found: np.ndarray
    try:
        found = eigs(operator, k, v0=start, ncv=basis, tol=TOLERANCE, maxiter=RESTARTS, return_eigenvectors=False)
    except ArpackNoConvergence as stopped:
        found = stopped.eigenvalues
    return found.astype(np.complex128)
