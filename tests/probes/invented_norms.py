"""Invented histories of gradient norms, losses and judgements."""

import pandas as pd

from aegan.config.verdicts import Verdicts
from aegan.probes.findings import Limits

LIMITS = Limits(**Verdicts().model_dump())
STEPS = list(range(0, 1000, 100))


def history(**series):
    """Gradient norms by layer (`all` for the whole network) over STEPS."""
    return pd.DataFrame(
        [
            {"step": step, "layer": "(all)" if layer == "all" else layer, "quantity": "gradient_norm", "value": value}
            for layer, values in series.items()
            for step, value in zip(STEPS, values, strict=False)
        ]
    )


def quantities(**series):
    """Quantities of the whole network over STEPS."""
    return pd.DataFrame(
        [
            {"step": step, "layer": "(all)", "quantity": quantity, "value": value}
            for quantity, values in series.items()
            for step, value in zip(STEPS, values, strict=False)
        ]
    )


def falling(decades_lost, since=5):
    """1 until step number `since`, then lower by so many decades."""
    return [1.0] * since + [10.0**-decades_lost] * (10 - since)


def layered(*decades, since=0):
    """Layers whose norms lie so many decades from 1 from step number `since` on, and 1 before; the whole stays at 1."""
    layers = {f"dense{number}": falling(-value, since) for number, value in enumerate(decades, start=1)}
    return history(all=[1.0] * 10, **layers)
