"""Gradient of a frozen generator against the held-out cross-entropy of a fresh discriminator, and against its steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.curves import compute_limits, draw_curves, format_log_step_axis, make_mark_legend, set_value_axis
from aegan.figures.descriptions import describe_runs
from aegan.figures.numbers import format_number
from aegan.figures.panels import WIDTH, add_method_legend, count_legend_columns, draw_message, set_log_ticks
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.stages import add_lost_runs, describe_rounds, find_runs_without_last_stage, select_last_stage
from aegan.figures.style import Look, apply_theme, assign_looks
from aegan.figures.tiles import Tiling, make_tiles
from aegan.tables import HELD_OUT_CROSS_ENTROPY, MEMBER, TRAINING_FAKES, WHOLE_NETWORK, list_distinct, pivot_values

NO_CROSS_ENTROPY = "no fresh discriminator gave logits that are log-odds"
GUESSING = 2 * np.log(2)


def read_paths(probe: pd.DataFrame) -> pd.DataFrame:
    """Read the minimax gradient and the held-out cross-entropy at every look at both, at the last stage.

    Returns:
        against, dataset, method, seed, stage, step, cross_entropy, value. `against` is a kind of fakes; a method that
        has no such kind of its own is read against those that it trains on.
    """
    names = {"minimax_gradient_norm": "value", HELD_OUT_CROSS_ENTROPY: "cross_entropy"}
    rows = probe[probe["quantity"].isin(list(names)) & (probe["layer"] == WHOLE_NETWORK)]
    looks = pivot_values(select_last_stage(rows), [*MEMBER, "stage", "fakes", "step"], "quantity")
    both = looks.rename(columns=names).reindex(columns=["cross_entropy", "value"]).reset_index()
    # the cross-entropy is looked at more often than the gradient
    both = both[both.set_index(["dataset", "step"]).index.isin(_list_gradient_looks(rows))]
    kinds = [TRAINING_FAKES, *sorted(set(both["fakes"]) - {TRAINING_FAKES})]
    tables = []
    for kind in kinds:
        has_kind = (both["fakes"] == kind).groupby([both["dataset"], both["method"]]).transform("any")
        chosen = both["fakes"] == np.where(has_kind, kind, TRAINING_FAKES)
        tables.append(both[chosen].assign(against=kind))
    return pd.concat(tables, ignore_index=True)[["against", *MEMBER, "stage", "step", "cross_entropy", "value"]]


def _list_gradient_looks(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[rows["quantity"] == "minimax_gradient_norm"][["dataset", "step"]])


@apply_theme
def draw(probe: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the gradient norm over the discriminator's steps, and beside it over its held-out cross-entropy.

    Args:
        probe: dataset, method, seed, stage, fakes, step, network, layer, quantity, value.
        methods: the methods, in order.
    """
    if HELD_OUT_CROSS_ENTROPY not in set(probe["quantity"]):
        return draw_message(NO_CROSS_ENTROPY)
    table, lost = read_paths(probe), find_runs_without_last_stage(select_rows(probe, quantity=HELD_OUT_CROSS_ENTROPY))
    looks, present = assign_looks(methods), set(list_distinct(table["method"]))
    blocks = [
        (f"{dataset} · {name_fakes(str(against))} · minimax ‖∇ generator‖ {describe_rounds(own)}", own)
        for (dataset, against), own in table.groupby(["dataset", "against"], sort=False)
    ]
    marked = {"zero": (table["value"] == 0).any(), "lost": len(lost) > 0}
    notes = make_mark_legend({mark for mark, occurs in marked.items() if occurs})
    top = 0.2 + 0.2 * -(-(len(present) + len(notes)) // count_legend_columns(WIDTH))
    figure, all_axes = make_tiles([(title, 2) for title, _ in blocks], Tiling(2, gap=0.3), top)
    add_method_legend(figure, looks, present, notes)
    for (_, own), (over_steps, over_entropy) in zip(blocks, all_axes, strict=True):
        span = compute_limits(own["value"], "log")
        for axes in (over_steps, over_entropy):
            set_value_axis(axes, "log", span)
        missing = lost[lost["dataset"] == own["dataset"].iloc[0]]
        draw_curves(over_steps, add_lost_runs(own, missing), looks, "log")
        format_log_step_axis(over_steps)
        over_steps.set_title("over the discriminator's steps")
        _draw_paths(over_entropy, own, looks)
        over_entropy.tick_params(labelleft=False)
        over_entropy.set_title("over its held-out cross-entropy, guessing on the left")
    return figure


def name_fakes(against: str) -> str:
    """Name what the discriminator is set against."""
    return "against " + ("the fakes of training" if against == TRAINING_FAKES else f"{against}, where kept apart")


def _draw_paths(axes: Axes, rows: pd.DataFrame, looks: dict[str, Look]) -> None:
    """Draw every seed as a thin line and each method's medians over seeds, step by step, as a thick one."""
    low, high = compute_limits(pd.concat([rows["cross_entropy"], pd.Series([GUESSING])]), "log")
    axes.set_xscale("log")
    axes.set_xlim(high, low)
    set_log_ticks(axes.xaxis, (low, high))
    edge = axes.get_xaxis_transform()
    for method, own in rows.groupby("method", sort=False):
        look = looks[str(method)]
        for _, path in own.groupby("seed"):
            axes.plot(path["cross_entropy"], path["value"], color=look.colour, linewidth=0.6, alpha=0.45)
        medians = own.groupby("step")[["cross_entropy", "value"]].median()
        axes.plot(medians["cross_entropy"], medians["value"], color=look.colour, linestyle=look.dash, label=method)
        zeros = own["cross_entropy"][own["value"] == 0]
        axes.plot(zeros, [0.02] * len(zeros), "v", color=look.colour, ms=5, clip_on=False, transform=edge)


def describe(probe: pd.DataFrame) -> str:
    """Describe the first and the last point of the medians against the fakes of training, in words."""
    table = read_paths(probe)
    return (
        "Minimax gradient norm of a frozen generator over the steps of a fresh discriminator, and over its held-out "
        f"cross-entropy: {describe_runs(table[table['against'] == TRAINING_FAKES], _describe_ends)}."
    )


def _describe_ends(rows: pd.DataFrame) -> str:
    medians = rows.groupby("step")[["cross_entropy", "value"]].median()
    first, last = (
        f"{format_number(medians['value'].iloc[place])} at {format_number(medians['cross_entropy'].iloc[place])}"
        for place in (0, -1)
    )
    return f"from {first} to {last}"


SPEC = FigureSpec(
    draw,
    "Generator gradient at equal discriminators",
    "Separates a better gradient from a slower discriminator. Left, over steps, how fast the discriminator learns "
    "counts as well. Right, over the cross-entropy of its logits on rows it is not trained on, the sum of real data "
    "and fakes (guessing has 1.386): where curves coincide, the discriminators differ only in how soon they get there; "
    "where one curve falls less, its gradient is better before an equal discriminator. Thin: seeds; thick: medians.",
    describe,
    "diagnosis",
    shows=("vanishing", "overlap"),
)
