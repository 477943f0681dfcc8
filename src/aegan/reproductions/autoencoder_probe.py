"""The study's own question, listed with published results: each autoencoder role against its paired plain GAN."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

#: outcome of the decision table -> the criterion in words
CRITERIA = {
    "gradient lost at equal cross-entropy": "loses fewer decades of gradient to an equal discriminator than",
    # of reconstruction these fakes are its reconstructions, not its samples
    "steps to a cross-entropy of 0.7": (
        "trains on fakes that take a fresh discriminator longer to tell from data than those of"
    ),
}


def grade_autoencoder_probe(decisions: pd.DataFrame, arms: Collection[str]) -> pd.DataFrame:
    """Turn decisions about gradients into grades: result, paper, claim, criterion, value, low, high, n, grade, setting.

    There is no published result to compare with, so the grade is the decision of the table.

    Args:
        decisions: the decision table of the study; rows that differ in more than the role are left out, and so are
            those against a baseline that has an autoencoder, too.
        arms: names of the methods that have an autoencoder.
    """
    asked = decisions["method"].isin(arms) & ~decisions["baseline"].isin(arms)
    rows = decisions[asked & decisions["outcome"].isin(list(CRITERIA)) & (decisions["differs"].fillna("") == "")]
    criteria = [
        f"{row.method} {CRITERIA[str(row.outcome)]} {row.baseline} on {row.dataset}, in decades"
        for row in rows.itertuples()
    ]
    return pd.DataFrame(
        {
            "result": "autoencoder_probe",
            "paper": "this study",
            "claim": "An autoencoder in the GAN keeps the generator's gradient from vanishing.",
            "criterion": criteria,
            "value": rows["effect"].to_numpy(),
            "low": rows["low"].to_numpy(),
            "high": rows["high"].to_numpy(),
            "n": rows["n"].to_numpy(),
            "grade": rows["decision"].to_numpy(),
            "setting": rows["family"].to_numpy() + " comparison",
        }
    )
