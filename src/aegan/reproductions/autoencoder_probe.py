"""The decision probe, which nobody has published: every role of an autoencoder against its paired plain GAN."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

#: how the decision table calls what a fresh discriminator does to a frozen generator -> in words
OUTCOMES = {
    "gradient lost to a fresh discriminator": "loses fewer decades of gradient to a fresh discriminator than",
    "gradient grown before a fresh discriminator": "has a gradient that grows less before a fresh discriminator than",
}


def autoencoder_probe(decisions: pd.DataFrame, arms: Collection[str]) -> pd.DataFrame:
    """Read the answer from the decision table: result, paper, claim, criterion, value, low, high, n, grade, setting.

    There is no published result to reproduce, so the grade is the table's own decision.

    Args:
        decisions: the decision table of the study.
        arms: the methods that are played with an autoencoder.
    """
    rows = decisions[decisions["method"].isin(arms) & decisions["outcome"].isin(list(OUTCOMES))]
    criteria = [
        f"{row.method} {OUTCOMES[str(row.outcome)]} {row.baseline} on {row.dataset}, in decades"
        for row in rows.itertuples()
    ]
    return pd.DataFrame(
        {
            "result": "autoencoder_probe",
            "paper": "this study",
            "claim": "An autoencoder in the GAN keeps the generator's gradient from vanishing and exploding.",
            "criterion": criteria,
            "value": rows["effect"].to_numpy(),
            "low": rows["low"].to_numpy(),
            "high": rows["high"].to_numpy(),
            "n": rows["n"].to_numpy(),
            "grade": rows["decision"].to_numpy(),
            "setting": "",
        }
    )
