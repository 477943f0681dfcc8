"""What codes are like: how many numbers they use, how they lie, what they tell of the classes, and what they cost."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

#: variance of a unit over the data from which it is active (Burda 2016)
ACTIVE = 0.01
NEIGHBOURS = 5


def active_units(codes: np.ndarray) -> float:
    """Count the units of (N, D) codes whose variance over the data exceeds 0.01 (Burda 2016's A_u).

    The threshold has a meaning beside a prior of variance 1; codes without one may have any scale.
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

    The square of the Wasserstein-2 distance, with m the mean and λ the eigenvalues of the covariance (the distance of
    Heusel 2017, eq. 6, for one standard Gaussian). Other than the Kullback–Leibler divergence it is finite where units
    are dead.
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
        The share of test codes that it classifies right.
    """
    probe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return float(probe.fit(train, train_labels).score(test, test_labels))


def neighbour_probe(train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray) -> float:
    """Score the majority among the five nearest codes, or all where there are fewer, as a classifier.

    Args:
        train: (N, D) codes to be neighbours.
        train_labels: (N,) their classes.
        test: (M, D) codes to classify.
        test_labels: (M,) their classes.

    Returns:
        The share of test codes that it classifies right.
    """
    probe = KNeighborsClassifier(min(NEIGHBOURS, len(train)))
    return float(probe.fit(train, train_labels).score(test, test_labels))


def index_entropy(indices: np.ndarray) -> float:
    """Compute the entropy of (N, P) indices into a codebook, piece by piece, and add it up over the pieces.

    Returns:
        Nats per datum: what codes cost if each piece is coded by its own frequencies. For small N it is too low.
    """
    counts = [np.unique(piece, return_counts=True)[1] for piece in indices.T]
    return float(sum(-(share * np.log(share)).sum() for share in (count / len(indices) for count in counts)))
