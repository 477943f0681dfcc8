"""The style of decisions in every figure, and whether all seeds of a decision agree."""

from __future__ import annotations

from typing import Any

# Colour and mark of each decision; undecided is hollow, because it claims nothing.
DECISION_STYLES = {
    "helps": ("#0a9c78", "^", "full"),
    "equivalent": ("#0f7fc4", "o", "full"),
    "hurts": ("#d9541e", "v", "full"),
    "undecided": ("#77818e", "o", "none"),
}


def all_seeds_agree(p: Any, n: Any) -> Any:
    """Return, for numbers or columns, whether all seeds point in one direction: p is then the smallest possible.

    Args:
        p: p value.
        n: number of seeds; one that tells nothing, because its pair is tied, does not agree.
    """
    return (p <= 1.001 * 2.0 ** (1 - n)) & (n > 1)


def count_known_pairs(row: Any) -> int:
    """Count the pairs that an effect rests on.

    Tied pairs lie beyond what was measured, but those of divergence, which are equal numbers.

    Args:
        row: about, n, tied of a comparison.
    """
    return int(row["n"] - (row["tied"] if row["about"] != "divergence" else 0))
