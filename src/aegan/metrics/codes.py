"""Metrics of codes: dimensions in use, distance from the prior, class information, entropy."""

from __future__ import annotations

import numpy as np

#: a unit is active if its variance over the data exceeds this (Burda et al. 2016)
ACTIVE = 0.01
NEIGHBOURS = 5


def active_units(codes: np.ndarray) -> float:
    """Count the units of (N, D) codes whose variance over the data exceeds 0.01 (A_u of Burda et al. 2016).

    The threshold is meaningful for a prior of variance 1; codes without a prior may have any scale.
    """
    return float((codes.astype(np.float64).var(axis=0) > ACTIVE).sum())


def effective_dimension(codes: np.ndarray) -> float:
    """Compute the participation ratio (Σλ)² / Σλ² of the eigenvalues λ of the covariance of (N, D) codes.

    Returns:
        From 1, all variance along a line, to D, the same variance along every direction; 0 if there is no variance.
    """
    eigenvalues = _spectrum(codes)
    return float(eigenvalues.sum() ** 2 / np.square(eigenvalues).sum()) if eigenvalues.any() else 0.0


def prior_distance(codes: np.ndarray) -> float:
    """Measure the squared Fréchet distance ‖m‖² + Σ(√λ − 1)² of the Gaussian fitted to (N, D) codes from N(0, I).

    It is the squared Wasserstein-2 distance; m is the mean and λ are the eigenvalues of the covariance (Heusel 2017,
    eq. 6, with one standard Gaussian). Unlike the Kullback–Leibler divergence it is finite for dead units.
    """
    mean = codes.mean(axis=0, dtype=np.float64)
    return float(mean @ mean + np.square(np.sqrt(_spectrum(codes)) - 1).sum())


def _spectrum(codes: np.ndarray) -> np.ndarray:
    """Compute the eigenvalues (D,) of the unbiased covariance of (N, D) codes."""
    covariance = np.atleast_2d(np.cov(codes.astype(np.float64), rowvar=False))
    return np.linalg.eigvalsh(covariance).clip(min=0)  # rounding may leave -1e-17 for a dead unit


def linear_probe(train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray) -> float:
    """Score a linear classifier of codes: logistic regression on standardised units.

    Args:
        train: (N, D) codes to fit on.
        train_labels: (N,) their classes, two or more.
        test: (M, D) codes to classify.
        test_labels: (M,) their classes.

    Returns:
        The share of test codes that are classified correctly.
    """
    from sklearn.linear_model import LogisticRegression  # slow import; the report only reads the registry
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return float(probe.fit(train, train_labels).score(test, test_labels))


def neighbour_probe(train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray) -> float:
    """Score a classifier of codes: the majority among the five nearest train codes, or all if there are fewer.

    Args:
        train: (N, D) codes to be neighbours.
        train_labels: (N,) their classes.
        test: (M, D) codes to classify.
        test_labels: (M,) their classes.

    Returns:
        The share of test codes that are classified correctly.
    """
    from sklearn.neighbors import KNeighborsClassifier

    probe = KNeighborsClassifier(min(NEIGHBOURS, len(train)))
    return float(probe.fit(train, train_labels).score(test, test_labels))


def index_entropy(indices: np.ndarray) -> float:
    """Compute the entropy of (N, P) indices into a codebook, summed over the P positions.

    Returns:
        Nats per datum: the cost of codes if each position is coded by its own frequencies. Biased low for small N.
    """
    counts = [np.unique(piece, return_counts=True)[1] for piece in indices.T]
    return float(sum(-(share * np.log(share)).sum() for share in (count / len(indices) for count in counts)))
