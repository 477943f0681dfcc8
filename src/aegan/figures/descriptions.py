"""Numbers in words, for the alternative texts of figures: what a reader who cannot see the figure must hear."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aegan.analysis.study_schema import WHOLE, Study, as_methods
from aegan.figures.cost import typical_cost
from aegan.figures.exhibits import exhibit_facts
from aegan.figures.gradients import select
from aegan.figures.laboratory_facts import NONE, laboratory_facts
from aegan.figures.numbers import duration, listed, plural, short, signed
from aegan.figures.profiles import typical_reach
from aegan.figures.quality import RECONSTRUCTION, metric_name
from aegan.figures.verdicts import VERDICTS, verdict_counts


def facts(study: Study) -> dict[str, str]:
    """Gather the numbers that alternative texts quote, by name."""
    measured = as_methods(study.autoencoder_quality).assign(space="")
    return {
        "size": _size(study),
        "rounding": _last(select(study.gradients, network="generator", layer=WHOLE, quantity="rounding_error")),
        "norms": _last(select(study.gradients, network="generator", layer=WHOLE, quantity="gradient_norm")),
        "accuracies": _last(select(study.gradients, network="discriminator", layer=WHOLE, quantity="accuracy")),
        "autoencoder_norms": _last(as_methods(select(study.autoencoders, layer=WHOLE, quantity="gradient_norm"))),
        "verdicts": _verdicts(study.verdicts),
        "decisions": _decisions(study.decisions),
        "costs": _costs(study.cost),
        "distances": _medians(study.quality[study.quality["metric"] == "fd"]),
        "reaches": _reaches(study.profiles),
        "errors": _medians(measured[measured["metric"].isin(RECONSTRUCTION)]),
        "coded": _medians(measured[~measured["metric"].isin(RECONSTRUCTION)]),
        **laboratory_facts(study),
        **exhibit_facts(study),
        "codes": plural(len(study.latents), "code"),
        "pictures": "; ".join(f"{m} on {d}" for d, m in study.samples) or NONE,
        "pairs": "; ".join(f"{a} on {d}" for d, a in study.reconstructions) or NONE,
    }


def _size(study: Study) -> str:
    seeds = study.gradients["seed"].nunique()
    return listed(
        [plural(len(study.methods), "method"), plural(len(study.datasets), "data set"), plural(seeds, "seed")]
    )


def _last(rows: pd.DataFrame) -> str:
    finite = rows[np.isfinite(rows["value"])]
    medians = finite.groupby(["dataset", "method", "step"], sort=False, observed=True)["value"].median().reset_index()
    last = (
        medians.sort_values("step", kind="stable")
        .groupby(["dataset", "method"], sort=False, observed=True)
        .last()
        .reset_index()
    )
    return (
        "; ".join(f"{row.method} on {row.dataset} {short(row.value)} at step {row.step}" for row in last.itertuples())
        or NONE
    )


def _verdicts(verdicts: pd.DataFrame) -> str:
    if verdicts.empty:
        return NONE
    return "; ".join(
        f"{row['method']} {row['network']} on {row['dataset']}: "
        + listed([f"{row[verdict]} {verdict}" for verdict in VERDICTS if row[verdict]])
        for _, row in verdict_counts(verdicts).iterrows()
    )


def _decisions(decisions: pd.DataFrame) -> str:
    return (
        "; ".join(
            f"{row['method']} {row['outcome']} on {row['dataset']}: "
            f"{row['decision']} ({signed(row['effect'])} {row['unit']})"
            for _, row in decisions.iterrows()
        )
        or NONE
    )


def _costs(cost: pd.DataFrame) -> str:
    totals = typical_cost(cost).groupby(["dataset", "method"], sort=False)["seconds"].sum().reset_index()
    words = [f"{row['method']} on {row['dataset']} {duration(row['seconds'])}" for _, row in totals.iterrows()]
    return "; ".join(words) or NONE


def _reaches(profiles: pd.DataFrame) -> str:
    reach = typical_reach(profiles)
    return (
        "; ".join(f"{m} {'never' if np.isnan(x) else f'{short(x)} times the floor'}" for m, x in reach.items()) or NONE
    )


def _medians(quality: pd.DataFrame) -> str:
    keys = ["dataset", "method", "space", "metric"]
    medians = quality.groupby(keys, sort=False, observed=True)["value"].median().reset_index()
    return (
        "; ".join(
            f"{row['method']} on {row['dataset']} {metric_name(row['metric'], row['space'])} {short(row['value'])}"
            for _, row in medians.iterrows()
        )
        or NONE
    )
