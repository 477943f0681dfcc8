"""Faults of codebooks and priors, which show in the quality of codes and samples and not in gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aegan.probes.findings import Limits, Verdict
from aegan.probes.verdicts import tabulate_verdicts
from aegan.tables import MEMBER


def assess_codebooks(
    code_quality: pd.DataFrame, methods: Mapping[str, Mapping[str, Any]], limits: Limits
) -> pd.DataFrame:
    """Find collapsed codebooks: of all their entries, hardly more than one is used.

    Args:
        code_quality: dataset, autoencoder, seed, metric, value.
        methods: the resolved methods; one that uses the autoencoder has the fault at the autoencoder's seed.
        limits: the thresholds.

    Returns:
        The columns of `assess_runs`, with `codebook` as network: a row per collapsed codebook and method.
    """
    used = code_quality[code_quality["metric"] == "perplexity"]
    rows = []
    for row in used[used["value"] <= limits.codebook_perplexity].itertuples():
        evidence = f"the codebook's perplexity is {row.value:.2f}: its codes are nearly all the same"
        verdict = Verdict("codebook collapse", None, None, evidence)
        users = [name for name, method in methods.items() if method.get("autoencoder") == row.autoencoder]
        rows += [((row.dataset, name, row.seed, "codebook"), verdict) for name in users]
    return tabulate_verdicts(rows)


def assess_priors(quality: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Find priors with holes: a game reconstructs data well, but what it generates is bad in every feature space.

    Args:
        quality: dataset, method, seed, space, metric, value, floor; a precision is compared with that of real data.
        limits: the thresholds.

    Returns:
        The columns of `assess_runs`, with `prior` as network: a row per prior with holes.
    """
    rows = []
    for member, own in quality.groupby(MEMBER, sort=False):
        similarity, precision = (own[own["metric"] == metric] for metric in ("ssim", "precision"))
        if similarity.empty or precision.empty:
            continue
        good, best = similarity["value"].max(), (precision["value"] / precision["floor"]).max()
        if good >= limits.hole_similarity and best <= limits.hole_precision:
            evidence = (
                f"reconstructions have a structural similarity of {good:.2f}, but the precision of samples is "
                f"{best:.0%} of that of real data"
            )
            rows.append(((*member, "prior"), Verdict("prior hole", None, None, evidence)))
    return tabulate_verdicts(rows)
