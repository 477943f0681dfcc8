"""Decision tables with given decisions, with numbers that suit them."""

from collections.abc import Mapping

import pandas as pd

from aegan.analysis.endpoints import ENDPOINTS
from aegan.tables import AS_BASELINE

#: decision -> effect, low, high, p_adjusted, p_equivalence_adjusted
NUMBERS = {
    "helps": (0.5, 0.4, 0.6, 0.004, 1.0),
    "hurts": (-0.5, -0.6, -0.4, 0.004, 1.0),
    "equivalent": (0.01, -0.02, 0.03, 1.0, 0.004),
    "undecided": (0.2, -0.1, 0.4, 0.2, 0.3),
}


def make_decisions(
    words: Mapping[tuple[str, str, str], str], family: str = "primary", dataset: str = "digits"
) -> pd.DataFrame:
    """Make a decision table.

    Args:
        words: (method, baseline, name of the endpoint) -> decision.
        family: of all rows.
        dataset: of all rows.
    """
    rows = []
    for (method, baseline, name), word in words.items():
        endpoint = ENDPOINTS[name]
        effect, low, high, p, p_equivalence = NUMBERS[word]
        rows.append(
            {
                "dataset": dataset,
                "method": method,
                "baseline": baseline,
                "role": method.removesuffix("_r1").partition("_modes")[0] if not method.startswith("gan") else "none",
                "regulariser": "r1" if method.endswith("_r1") else "none",
                "loss": "minimax",
                "precision": AS_BASELINE,
                "role_options": "",
                "baseline_role": "none",
                "differs": "",
                "shallow": False,
                "replicates": _name_replicated(method, baseline) if family == "replication" else "",
                "about": endpoint.category,
                "outcome": endpoint.label,
                "unit": endpoint.unit,
                "family": family,
                "effect": effect,
                "low": low,
                "high": high,
                "p": p,
                "p_adjusted": p,
                "p_equivalence_adjusted": p_equivalence,
                "n": 12,
                "tied": 0,
                "smallest_p": 2**-11,
                "power": 0.35,
                "decision": word,
            }
        )
    return pd.DataFrame(rows)


def _name_replicated(method: str, baseline: str) -> str:
    """Name the comparison on the digits that a replication repeats, there with methods of other names."""
    return f"{method.removesuffix('_modes')} against {baseline.removesuffix('_modes')} on digits"
