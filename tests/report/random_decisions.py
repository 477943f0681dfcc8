"""Random decision tables, for properties that sentences must have whatever a study found."""

import pandas as pd
from hypothesis import strategies as st

from aegan.report.sentences import CLAUSES
from aegan.tables import AS_BASELINE

METHODS = ("alpha", "bravo", "charlie", "delta")
COLUMNS = [
    "dataset", "method", "baseline", "role", "regulariser", "precision", "about", "outcome", "unit", "effect", "low",
    "high", "n", "p", "smallest_p", "decision", "family", "differs", "role_options", "baseline_role",
    "tied", "replicates", "shallow",
]  # fmt: skip
ABOUT = {"decay": "vanishing", "burst": "explosion", "distance": "quality"}


@st.composite
def decisions(draw, smallest=1e-4):
    """Random decision tables: every method with any role, regulariser, family and networks; any decision and floor."""
    roles = {m: draw(st.sampled_from(["none", "reconstruction", "latent"])) for m in METHODS}
    held = {m: draw(st.sampled_from(["none", "r1", "clip"])) for m in METHODS}
    rows = []
    for outcome, about in ABOUT.items():
        for method in draw(st.lists(st.sampled_from(METHODS), unique=True, min_size=1)):
            effect, word = draw(st.floats(-9, 9)), draw(st.sampled_from(list(CLAUSES)))
            kind = draw(st.sampled_from([("primary", ""), ("secondary", ""), ("secondary", "smaller D")]))
            shallow = about == "vanishing" and draw(st.booleans())
            axes = ("digits", method, "gan", roles[method], held[method], AS_BASELINE, about, outcome, "decades")
            found = (effect, effect - 1, effect + 1, 5, smallest, smallest, word)
            rows.append((*axes, *found, *kind, "", "none", 0, "", shallow))
    return pd.DataFrame(rows, columns=COLUMNS)
