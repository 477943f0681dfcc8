"""Made-up but lifelike tables of the diagnosis: a fresh discriminator wins, and games rotate."""

import itertools

import numpy as np
import pandas as pd

# Decades that each factor of the minimax gradient loses once the fresh discriminator has won: slope, field, gain.
LOST = {
    "gan": (3.2, 0.6, 0.2),
    "article": (0.9, 0.3, 0.1),
    "warm_start": (1.6, 0.2, 0.3),
    "latent": (2.4, 1.4, -0.4),
}
PACE = {"article": 0.6, "latent": 1.3}  # how fast the fresh discriminator learns
PARTS = ("slope", "field", "gain")


def _factors(lost, won, rng):
    noise = 10 ** (0.08 * rng.normal(size=3))
    minimax = {part: base * 10 ** (-loss * won) for part, loss, base in zip(PARTS, lost, (0.5, 2.0, 0.3), strict=True)}
    saturating = minimax | {"slope": 0.5 * (1 + won), "field": 2.0 * 10 ** (0.8 * won)}
    return {
        loss: {part: value * scale for (part, value), scale in zip(factors.items(), noise, strict=True)}
        for loss, factors in (("minimax", minimax), ("non_saturating", saturating))
    }


def _readings(method, stage, step, layers, rng):
    """Of a discriminator without logits, such as EBGAN's, only the method's own loss can be read."""
    own = [("generator", layer, "own_gradient_norm", 0.2 * rng.gamma(30) / 30) for layer in ("(all)", *layers)]
    if method == "ebgan":
        return own
    won = np.clip(np.log10(1 + step) / 3.6 * PACE.get(method, 1.0) * (1.2 if stage == 1 else 0.9), 0, 1)
    rows = [*own, ("discriminator", "(all)", "accuracy", 1 - 0.5 * np.exp(-5 * won))]
    for rows_of, depth in (("held_out", 2.5), ("train", 3)):
        rows.append(("discriminator", "(all)", f"{rows_of}_cross_entropy", 2 * np.log(2) * 10 ** (-depth * won)))
    for loss, factors in _factors(LOST[method], won, rng).items():
        norm = np.prod(list(factors.values()))
        rows += [("generator", "(all)", f"{loss}_{part}", value) for part, value in factors.items()]
        rows += [("generator", "(all)", f"{loss}_gradient_norm", norm)]
        rows += [("generator", layer, f"{loss}_gradient_norm", norm / 2) for layer in layers]
        rows += [("generator", "(all)", f"{loss}_gsnr", 0.4 * 10**-won)]
    return rows


def probe(rng, datasets, methods, seeds, *, stages=(1, 100, 2000), steps=4000, points=14, layers=()):
    """Make the table `Study.probe`; unknown methods behave like the plain GAN."""
    at = np.unique([0, *np.geomspace(1, max(steps, 1), points).astype(int)])
    rows = [
        (dataset, method, seed, stage, "training", step, *reading)
        for dataset, method, seed, stage, step in itertools.product(datasets, methods, seeds, stages, at)
        for reading in _readings(method if method in (*LOST, "ebgan") else "gan", stage, step, layers, rng)
    ]
    columns = ["dataset", "method", "seed", "stage", "fakes", "step", "network", "layer", "quantity", "value"]
    return pd.DataFrame(rows, columns=columns)


def _eigenvalues(method, rng, count):
    """Conjugate pairs; positive real parts pull in."""
    modulus = 0.3 * np.sort(rng.lognormal(0, 1.4, count // 2))[::-1].repeat(2)
    angle = (rng.normal(size=count // 2) * {"ebgan": 0.15, "gan": 1.1}.get(method, 0.6)).repeat(2)
    real = modulus * np.abs(np.cos(angle)) * (-0.6 if method == "latent" else 1)
    return real, modulus * np.sin(angle) * np.tile([1, -1], count // 2)


def _path(method, rng):
    alpha = np.arange(-50, 151, 5) / 100
    turn = {"gan": 0.9, "ebgan": 0.1}.get(method, 0.5)
    bump = np.exp(-(((alpha - 1) / 0.12) ** 2))
    angle = (1 - turn) * np.tanh(6 * (alpha - 1)) * 0.8 + turn * 0.8 * bump
    norm = 0.02 + (1 + turn) * np.abs(alpha - 1)
    return (100 * alpha).round().astype(int), np.clip(angle + 0.03 * rng.normal(size=alpha.size), -1, 1), norm


def dynamics(rng, datasets, methods, seeds, *, stages=(100, 2000), count=16):
    """Make the table `Study.dynamics`; no path leads to the first stage."""
    rows = []
    for dataset, method, seed, stage in itertools.product(datasets, methods, seeds, stages):
        real, imaginary = _eigenvalues(method, rng, count)
        at, angle, norm = _path(method, rng)
        curves = {
            "eigenvalue_real": (range(count), real),
            "eigenvalue_imaginary": (range(count), imaginary),
            "rotation_real": ([0], real[[imaginary.argmax()]]),
            "rotation_imaginary": ([0], [imaginary.max()]),
            "path_angle": (at, angle),
            "path_norm": (at, norm * 10 ** (0.2 * rng.normal())),
            "symplectic_share": ([0], [{"gan": 2.1, "ebgan": 0.3}.get(method, 1.0) * 10 ** (0.05 * rng.normal())]),
            "log_condition": (range(8), rng.normal(5, 1, 8)),
        }
        rows += [
            (dataset, method, seed, stage, quantity, index, float(value))
            for quantity, (places, values) in curves.items()
            if stage != stages[0] or not quantity.startswith("path")
            for index, value in zip(places, values, strict=True)
        ]
    return pd.DataFrame(rows, columns=["dataset", "method", "seed", "stage", "quantity", "index", "value"])
