"""A made-up but lifelike finished study: digits as pictures, gradients that vanish, explode and stay."""

import itertools
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from aegan.analysis.study_schema import MECHANISM, QualitativeSamples, Study
from aegan.metrics.registry import METRIC_LABELS, RECONSTRUCTION
from aegan.tables import AS_BASELINE

DIAGNOSIS = runpy.run_path(str(Path(__file__).with_name("synthetic_diagnosis.py")))
METHODS = ("gan", "article", "warm_start", "latent", "ebgan")
SLOPES = {"gan": -4.0, "article": -2.2, "warm_start": -2.9, "latent": 1.9, "ebgan": -0.15}  # decades over training
ROLES = {"article": "reconstruction", "warm_start": "warm_start", "latent": "latent", "ebgan": "ebgan"}
ROWS = (("train", 1438), ("test", 359))
CODES = {
    "active_units": 20, "effective_dimension": 9.5, "prior_distance": 3.0,
    "probe_accuracy": 0.9, "neighbour_accuracy": 0.93, "rate": 15.0,
}  # fmt: skip
DECISION_COLUMNS = [
    "dataset", "method", "baseline", "role", "regulariser", "loss", "architecture", "precision",
    "role_options", "baseline_role", "baseline_architecture", "parameters", "baseline_parameters", "differs", "about",
    "replicates", "shallow",
    "outcome", "unit", "family",
    "effect", "low", "high", "improvement", "improvement_low", "improvement_high", "p", "p_adjusted",
    "p_equivalence_adjusted", "n", "tied", "smallest_p", "power", "decision", "flops", "times_flops",
]  # fmt: skip
LAYERS = {
    "generator": ("linear1", "linear2", "linear3", "output"),
    "discriminator": ("linear1", "linear2", "output"),
}


def _history(rng, names, steps, slope, slim):
    rows = []
    for (network, layers), step in itertools.product(LAYERS.items(), steps):
        time = step / max(steps[-1], 1)
        trend = slope * time * (1 if network == "generator" else 0.3) + 0.15 * rng.normal()
        whole = {"gradient_norm": 0.2 * 10**trend, "loss": (1 - 0.5 * time) * rng.gamma(20) / 20}
        if network == "discriminator":
            whole["accuracy"] = 0.5 + 0.5 * np.clip(time * (1 - np.tanh(slope + 2.5)), 0, 1)
            whole["logit_real"] = 6 * time * -slope + rng.normal()
            whole["logit_fake"] = 9 * time * slope + rng.normal()
        rows += [(network, "(all)", quantity, step, value) for quantity, value in whole.items()]
        for place, layer in list(enumerate(layers))[-1 if slim else 0 :]:
            norm = 0.1 * 10 ** (trend * (1 + 0.25 * (len(layers) - place)) + 0.1 * rng.normal())
            rows.append((network, layer, "gradient_norm", step, 0.0 if norm < 1e-5 else norm))
            rows.append((network, layer, "update_ratio", step, norm * 1e-2))
            rows.append((network, layer, "saturation", step, float(np.clip(0.1 * place - 0.2 * trend, 0, 1))))
            rows.append((network, layer, "zero_fraction", step, 1.0 if norm < 1e-5 else 0.0))
            if names["method"] == "latent":  # as if it were of low precision
                rows.append((network, layer, "rounding_error", step, 0.004 * 10**time))
                rows.append((network, layer, "rounding_cosine", step, 1 - 0.3 * time))
                rows.append((network, layer, "rounded_to_zero", step, 0.1 * time))
    columns = ["network", "layer", "quantity", "step", "value"]
    return pd.DataFrame(rows, columns=columns).assign(**names)


def _verdict(slope, seed):
    if slope > 1.5:
        return "diverged" if seed == 4 else "exploding"
    return "vanishing" if slope + 0.5 * (seed % 3) < -2 else "stable"


def _gradients(rng, datasets, methods, seeds, steps, slim):
    tables = []
    for dataset, method, seed in itertools.product(datasets, methods, seeds):
        slope = SLOPES.get(method, -1.0)
        last = steps[: -len(steps) // 3] if _verdict(slope, seed) == "diverged" and len(steps) > 3 else steps
        tables.append(_history(rng, {"dataset": dataset, "method": method, "seed": seed}, last, slope, slim))
    return pd.concat(tables, ignore_index=True)


def _verdicts(datasets, methods, seeds):
    rows = []
    for dataset, method, seed, network in itertools.product(datasets, methods, seeds, LAYERS):
        verdict = _verdict(SLOPES.get(method, -1.0), seed) if network == "generator" else "stable"
        step, layer = (None, None) if verdict == "stable" else (400 + 10 * seed, "linear1")
        evidence = f"The gradient norm went from 0.21 to {0.2 * 10 ** SLOPES.get(method, -1.0):.2g}."
        rows.append((dataset, method, seed, network, verdict, step, layer, evidence))
    columns = ["dataset", "method", "seed", "network", "verdict", "step", "layer", "evidence"]
    return pd.DataFrame(rows, columns=columns).astype({"step": "Int64"})


def _quality(rng, datasets, methods, seeds, slim):
    metrics = {
        "fd": (8, 1.2),
        "kid": (0.02, 0.001),
        "precision": (0.7, 0.97),
        "recall": (0.5, 0.96),
        "coverage": (0.6, 0.95),
    }
    rows = [
        (
            d,
            m,
            s,
            space,
            metric,
            base * (1 + (0.25 if base > 1 or base < 0.1 else -0.15) * i + 0.04 * rng.normal()),
            floor,
            1000,
        )
        for d, (i, m), s, space, (metric, (base, floor)) in itertools.product(
            datasets,
            enumerate(methods),
            seeds,
            ("classifier", "random")[: 1 if slim else 2],
            list(metrics.items())[: 2 if slim else 5],
        )
    ]
    return pd.DataFrame(rows, columns=["dataset", "method", "seed", "space", "metric", "value", "floor", "n"])


def _cost(rng, datasets, methods, seeds):
    rows = []
    for d, (i, m), s in itertools.product(datasets, enumerate(methods), seeds):
        rows.append((d, m, s, "gan", 40 + 6 * i + rng.normal(), 2000, 3.1e11 * (1 + 0.2 * i), 210_000))
        if m in ("article", "warm_start", "latent"):
            rows.append((d, m, s, "autoencoder", 14 + rng.normal(), 900, 0.8e11, 105_000))
    return pd.DataFrame(
        rows, columns=["dataset", "method", "seed", "phase", "seconds", "rounds", "flops", "parameters"]
    )


def _decisions(datasets, methods, seeds):
    verdicts = {
        "article": (1.8, 1.1, 2.4),
        "warm_start": (1.1, -0.3, 2.2),
        "latent": (-5.9, -6.6, -5.1),
        "ebgan": (3.9, 3.5, 4.2),
    }
    words = {"article": "helps", "warm_start": "undecided", "latent": "hurts", "ebgan": "helps"}
    n = len(seeds)
    rows = []
    for d, m in itertools.product(datasets, methods[1:]):
        effect, low, high = verdicts.get(m, (0.02, -0.1, 0.12))
        who = (d, m, methods[0], ROLES.get(m, "none"))
        rows += [
            (*who, "vanishing", "gradient decay", "decades", effect, low, high, 0.0625, words.get(m, "equivalent")),
            (*who, "quality", "FD-cls", "log10", 0.1 * effect, 0.1 * low - 0.3, 0.1 * high + 0.3, 0.4, "undecided"),
            (*who, "cost", "arithmetic", "decades", -0.3, -0.3, -0.3, np.nan, "hurts"),
        ]
    columns = ["dataset", "method", "baseline", "role", "about", "outcome", "unit", "effect", "low", "high", "p"]
    table = pd.DataFrame(rows, columns=[*columns, "decision"])
    table = table.assign(regulariser="none", loss="minimax", architecture="dense", precision=AS_BASELINE)
    table = table.assign(baseline_architecture="dense", parameters=210_000, baseline_parameters=210_000, differs="")
    table = table.assign(family="secondary", p_equivalence=np.nan, p_equivalence_adjusted=np.nan)
    tested = table["p"].notna()
    chance = np.clip(0.5 + 0.1 * table["effect"], 0, 1).where(tested)
    likely = {"improvement": chance, "improvement_low": 0.8 * chance, "improvement_high": np.minimum(1, 1.2 * chance)}
    odds = {"smallest_p": np.where(tested, 2.0 ** (1 - n), np.nan), "power": np.where(tested, 0.0, np.nan)}
    price = {"flops": 6e11, "times_flops": 2.0}
    table = table.assign(role_options="", baseline_role="none", replicates="", shallow=False, tied=0)
    table.loc[table["role"] == "reconstruction", "role_options"] = "decoder: trained, prior: fitted"
    sides = {"baseline_architecture": "dense", "parameters": 210_000, "baseline_parameters": 210_000, "differs": ""}
    table = table.assign(p_adjusted=np.minimum(1, table["p"] * 4), n=n, **odds, **likely, **price, **sides)
    family = np.where(table["about"] == "vanishing", "primary", "secondary")
    return table.assign(family=family)[DECISION_COLUMNS]


def _pairs(rng, decisions, seeds):
    """Values by seed behind the tested rows; the last seed of a method that gets worse has none."""
    tested = decisions[decisions["p"].notna()]
    rows = [
        (*row[:4], seed, base + row.effect + 0.1 * rng.normal() if row.effect > -1 or seed else np.nan, base)
        for row in tested[["dataset", "method", "baseline", "outcome", "effect"]].itertuples(index=False)
        for seed, base in zip(seeds, 1 + 0.2 * rng.normal(size=len(seeds)), strict=True)
    ]
    return pd.DataFrame(rows, columns=["dataset", "method", "baseline", "outcome", "seed", "value", "baseline_value"])


def _mechanism(datasets, methods, seeds):
    """Slope, field, gain and rest of what was lost and of what is left: a slope that carries, and no more."""
    parts = {"article": (1.4, 0.3, 0.1, 0.0), "warm_start": (0.6, 0.5, 0.1, 0.0), "latent": (-7.0, 1.5, -0.4, 0.0)}
    signs = {"lost": 1, "level": -1, "training_lost": 1, "training_level": 1}
    rows = []
    for d, m in itertools.product(datasets, methods[1:]):
        own = parts.get(m, (0.05, -0.03, 0.0, 0.0))
        effects = dict(zip(("slope", "field", "gain", "rest", "total"), (*own, sum(own)), strict=True))
        for (reading, sign), (part, effect) in itertools.product(signs.items(), effects.items()):
            carries = effect * effects["total"] >= 0.5 * effects["total"] ** 2 > 0.1
            rows.append((d, m, reading, part, "decades", sign * effect, "carries" if carries else "open"))
        rows.append((d, m, "speed", "speed", "decades of steps", 1.2, "carries"))
        rows += [(d, m, "anchor", "anchor", "share", 0.03, "open")] if m == "article" else []
    table = pd.DataFrame(rows, columns=["dataset", "method", "reading", "part", "unit", "effect", "bearing"])
    ends = {"low": table["effect"] - 0.2, "high": table["effect"] + 0.2}
    return table.assign(baseline=methods[0], p=0.01, p_adjusted=0.04, n=len(seeds), left_out=0, **ends)[MECHANISM]


def _profiles(datasets, methods):
    multiples, tables = np.geomspace(1, 20, 20), []
    for place, method in enumerate(methods):
        share = np.clip(np.floor(5 * np.log(multiples) / (2 + 0.2 * place)) / 5, 0, 1)
        own = {"share": share, "low": np.maximum(0, share - 0.2), "high": np.minimum(1, share + 0.2)}
        tables.append(pd.DataFrame({"datasets": ", ".join(datasets), "method": method, "multiple": multiples, **own}))
    return pd.concat(tables, ignore_index=True)


def _autoencoder(rng, datasets, names, seeds, steps, slim):
    rows = [
        (d, a, s, step, "autoencoder", layer, q, base * np.exp(-2 * step / max(steps[-1], 1)) * rng.gamma(30) / 30)
        for d, a, s, step, layer, (q, base) in itertools.product(
            datasets,
            names,
            seeds,
            steps,
            ("(all)", "encoder.1", "encoder.2", "decoder.1", "decoder.2")[: 2 if slim else 5],
            {"gradient_norm": 0.3, "loss": 0.1}.items(),
        )
    ]
    columns = ["dataset", "autoencoder", "seed", "step", "network", "layer", "quantity", "value"]
    return pd.DataFrame(rows, columns=columns)


def _pictures(rng, seeds, n, colour):
    digits = (load_digits().images * 15.9).astype(np.uint8)
    taken = digits[rng.integers(len(digits), size=(seeds, n))][..., None]
    return np.repeat(taken, 3, axis=-1) // np.array([1, 2, 3], np.uint8) if colour else taken


def _exhibit(rng, colour):
    film, paths, neighbours = (_pictures(rng, rows, 8, colour) for rows in (3, 2, 3))
    return QualitativeSamples(np.array([0, 40, 2000]), film, paths, neighbours, np.array([0.2], np.float32))


def _manifest(colour, labelled):
    classes = ["0", "1"] if labelled else []
    shards = {split: {"rows": rows, "rows_per_class": dict.fromkeys(classes, rows // 2)} for split, rows in ROWS}
    shape, source = [8, 8, 3 if colour else 1], {"name": "digits"}
    return {
        "shape": shape,
        "classes": classes,
        "dtype": "float64",
        "layout": "NHWC",
        "range": [0.0, 16.0],
        "value_range": [0.0, 16.0],
        "remarks": [],
        "shards": shards,
        "source": source,
    }


def build(*, methods=METHODS, datasets=("digits",), seeds=range(5), steps=20, slim=False, colour=False, labelled=True):
    """Build a study; a slim one has one layer a network, one feature space and two metrics: quick to draw."""
    rng = np.random.default_rng(0)
    at = [100 * i for i in range(steps)]
    digits = load_digits()
    names = ("dense", "conv")
    codes = PCA(2, random_state=0).fit_transform(digits.data)
    latents = [
        pd.DataFrame(
            {"dataset": d, "autoencoder": a, "seed": 0, "x": codes[:, 0], "y": codes[:, 1], "label": digits.target}
        )
        for d, a in itertools.product(datasets, names)
    ]
    originals = {d: _pictures(rng, 1, 16, colour)[0] for d in datasets}
    decoded = {
        (d, a): np.uint8(originals[d] * 0.8) + rng.integers(0, 40, originals[d].shape, dtype=np.uint8)
        for d, a in itertools.product(datasets, names)
    }
    measured = {"mse": 0.02, "psnr": 18.0, "ssim": 0.8} | ({} if slim else CODES)
    errors = [
        (d, a, s, metric, base * (1 + 0.1 * rng.normal()), 360)
        for d, a, s, (metric, base) in itertools.product(datasets, names, seeds, measured.items())
        if metric != "rate" or a == "conv"
    ]
    decisions = _decisions(datasets, methods, seeds)
    return Study(
        name="synthetic",
        datasets=tuple(datasets),
        methods=tuple(methods),
        gradients=_gradients(rng, datasets, methods, seeds, at, slim),
        verdicts=_verdicts(datasets, methods, seeds),
        quality=_quality(rng, datasets, methods, seeds, slim),
        cost=_cost(rng, datasets, methods, seeds),
        decisions=decisions,
        pairs=_pairs(np.random.default_rng(1), decisions, seeds),
        mechanism=_mechanism(datasets, methods, seeds),
        profiles=_profiles(datasets, methods),
        autoencoders=_autoencoder(rng, datasets, names, seeds, at, slim),
        autoencoder_quality=pd.DataFrame(errors, columns=["dataset", "autoencoder", "seed", "metric", "value", "n"]),
        latents=pd.concat(latents).assign(**({} if labelled else {"label": None})),
        samples={key: _pictures(rng, len(seeds), 16, colour) for key in itertools.product(datasets, methods)},
        originals=originals,
        raw_data={d: _pictures(rng, 1, 20, colour)[0] for d in datasets},
        raw_labels={d: np.repeat([0, 1], 10) if labelled else np.empty(0, np.int64) for d in datasets},
        manifests=dict.fromkeys(datasets, _manifest(colour, labelled)),
        reconstructions=decoded,
        metric_labels=METRIC_LABELS,
        reconstruction_metrics=tuple(RECONSTRUCTION),
        worst_reconstructions={key: np.stack([originals[key[0]], made])[:, :8] for key, made in decoded.items()},
        qualitative_samples={key: _exhibit(rng, colour) for key in itertools.product(datasets, methods)},
        probe=DIAGNOSIS["probe"](rng, datasets, methods, seeds, **({"stages": (1,), "points": 3} if slim else {})),
        dynamics=DIAGNOSIS["dynamics"](rng, datasets, methods, seeds, count=4 if slim else 16),
    )
