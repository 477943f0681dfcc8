"""Tables of members that tests of the analysis share."""

from collections.abc import Sequence

import pandas as pd

from aegan.analysis.member_outcomes import tabulate_outcomes
from aegan.analysis.member_tables import MemberTables
from aegan.analysis.study_schema import DIAGNOSIS, PROBE
from aegan.metrics.registry import DISTRIBUTION
from aegan.probes.findings import Windows

#: metrics of samples, all that an endpoint may read
METRICS = [metric for entry in DISTRIBUTION.values() for metric in entry.metrics]
NO_DIAGNOSIS = pd.DataFrame(columns=DIAGNOSIS)
NO_PROBE = pd.DataFrame(columns=PROBE)


def cost_of(gradients: pd.DataFrame) -> pd.DataFrame:
    """Each GAN 1000 operations and 2 s; the one that is helped has an autoencoder that took as much again."""
    members = gradients[["dataset", "method", "seed"]].drop_duplicates().assign(seconds=2.0, flops=1000, parameters=70)
    return pd.concat([members.assign(phase="gan"), members.query("method == 'helped'").assign(phase="autoencoder")])


def tables_of(
    gradients: pd.DataFrame,
    quality: pd.DataFrame,
    diagnosis: pd.DataFrame = NO_DIAGNOSIS,
    probe: pd.DataFrame = NO_PROBE,
) -> MemberTables:
    return MemberTables(gradients, quality, diagnosis, cost_of(gradients), probe, windows=Windows(0.2, 0.2))


def outcomes_of(gradients: pd.DataFrame, quality: pd.DataFrame, diagnosis: pd.DataFrame = NO_DIAGNOSIS) -> pd.DataFrame:
    return tabulate_outcomes(tables_of(gradients, quality, diagnosis))


def history(method: str, seed: int, norms: list[float], **more) -> pd.DataFrame:
    rows = [
        {"step": 10 * i, "network": "generator", "layer": "(all)", "quantity": "gradient_norm", "value": norm} | more
        for i, norm in enumerate(norms)
    ]
    return pd.DataFrame(rows).assign(dataset="digits", method=method, seed=seed)


def quality(
    method: str, seed: int, fd: float, space: str = "classifier", metrics: Sequence[str] = ("fd", "coverage")
) -> pd.DataFrame:
    """Metrics of samples: fd as given, the others 0.5."""
    rows = [{"metric": metric, "value": fd if metric == "fd" else 0.5} for metric in metrics]
    return pd.DataFrame(rows).assign(dataset="digits", method=method, seed=seed, space=space, floor=1.0, n=10)


def value(table: pd.DataFrame, outcome: str, seed: int = 0) -> float:
    return float(table.query("outcome == @outcome and seed == @seed")["value"].iloc[0])


def gradients_of_two() -> tuple[pd.DataFrame, pd.DataFrame]:
    runs = [
        (method, seed, 0.01 if method == "gan" else 0.9 + 0.01 * seed)
        for method in ("gan", "helped")
        for seed in range(10)
    ]
    gradients = pd.concat([history(method, seed, [1.0, end]) for method, seed, end in runs])
    return gradients, pd.concat([quality(method, seed, 10.0) for method, seed, _ in runs])


def outcomes_of_two() -> pd.DataFrame:
    return outcomes_of(*gradients_of_two())
