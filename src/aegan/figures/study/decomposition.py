"""Factors of the change in the generator's gradient norm while a fresh discriminator is trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from aegan.figures.curves import compute_limits
from aegan.figures.descriptions import describe_runs
from aegan.figures.numbers import format_signed, join_words
from aegan.figures.panels import annotate_rows, draw_message, estimate_label_width, name_rows
from aegan.figures.selection import order_methods, select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.stages import NO_PROBE, describe_rounds, find_runs_without_last_stage, select_last_stage
from aegan.figures.style import INK, MUTED, PAPER, Look, apply_theme, assign_looks
from aegan.figures.tiles import Tiling, make_tiles
from aegan.tables import MEMBER, TRAINING_FAKES, WHOLE_NETWORK, list_distinct, pivot_values

# Words for each factor, and how its bar is filled.
FACTORS = {
    "slope": ("slope of the loss", "full"),
    "field": ("what the discriminator passes back", "hatched"),
    "gain": ("what the generator makes of it", "hollow"),
}
# Minimax gradients are expected to fall, so they start at their peak; non-saturating ones at their lowest value.
STARTS = {"minimax": ("peak", "idxmax"), "non_saturating": ("lowest", "idxmin")}


def compute_decades(probe: pd.DataFrame) -> pd.DataFrame:
    """Split the change of the gradient norm between two steps of the fresh discriminator into its factors.

    The generator is that of the last stage. The change of a run is measured from the step at which the norm peaks
    (minimax) or is lowest (non-saturating) to the last step; NaN if the norm is never finite.

    Returns:
        dataset, method, seed, stage, loss, slope, field, gain, total: the last four in decades (log10), ±inf where one
        is zero, NaN for a run that stopped earlier.
    """
    rows, found = select_rows(probe, fakes=TRAINING_FAKES, network="generator", layer=WHOLE_NETWORK), []
    for loss, (_, pick) in STARTS.items():
        names = {f"{loss}_{part}": part for part in FACTORS} | {f"{loss}_gradient_norm": "total"}
        own = rows[rows["quantity"].isin(list(names))]
        table = pivot_values(select_last_stage(own), [*MEMBER, "stage", "step"], "quantity").rename(columns=names)
        for run, steps in table.groupby(level=[*MEMBER, "stage"], sort=False):
            found.append((*run, loss, *_compute_change(steps.reindex(columns=[*FACTORS, "total"]), pick)))
        found += [(*run, np.nan, loss, *[np.nan] * 4) for run in find_runs_without_last_stage(own).to_numpy()]
    return pd.DataFrame(found, columns=[*MEMBER, "stage", "loss", *FACTORS, "total"])


def _compute_change(steps: pd.DataFrame, pick: str) -> np.ndarray:
    norms = steps["total"][np.isfinite(steps["total"])]
    if norms.empty:
        return np.full(4, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log10(steps.iloc[-1].to_numpy(float)) - np.log10(steps.loc[getattr(norms, pick)()].to_numpy(float))
    return np.asarray(change)


@apply_theme
def draw(probe: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw, per method, the decades of gradient lost or gained by each factor: signed stacked bars.

    Args:
        probe: dataset, method, seed, stage, fakes, step, network, layer, quantity, value.
        methods: the methods, in order.
    """
    table = compute_decades(probe)
    if table.empty:
        return draw_message(NO_PROBE)
    looks = assign_looks(methods)
    blocks = [
        (f"{dataset} · decades of the gradient norm · generator {describe_rounds(own)}", own)
        for dataset, own in table.groupby("dataset", sort=False)
    ]
    probed = [select_rows(probe, dataset=dataset) for dataset in list_distinct(table["dataset"])]
    present = [{name: looks[name] for name in order_methods(own, methods)} for own in probed]
    size = Tiling(2, gap=1.05, left=estimate_label_width(name for own in present for name in own), right=1.05)
    heights = [0.15 + 0.3 * len(own) for own in present]
    figure, all_axes = make_tiles([(title, len(STARTS)) for title, _ in blocks], size, 0.3, heights)
    patches = [Patch(label=words, **_choose_fill(fill, MUTED)) for words, fill in FACTORS.values()]
    total = Line2D([], [], color=INK, marker="D", ms=5, mec=PAPER, linewidth=1, label="all together; line: seeds")
    figure.legend(handles=[*patches, total], loc="upper left", ncols=4)
    for (_, own), shown, block in zip(blocks, present, all_axes, strict=True):
        for place, (axes, (loss, (start, _))) in enumerate(zip(block, STARTS.items(), strict=True)):
            name_rows(axes, list(shown), labels=place == 0)
            _draw_stacks(axes, select_rows(own, loss=loss), shown)
            axes.set_title(f"{loss.replace('_', '-')}: from its {start} to the last step")
    return figure


def _draw_stacks(axes: Axes, rows: pd.DataFrame, looks: dict[str, Look]) -> None:
    typical = rows.groupby("method")[[*FACTORS, "total"]].median().reindex(list(looks))
    reach = _compute_reach(typical[list(FACTORS)], rows["total"])
    axes.set_xlim(reach)
    _draw_bars(axes, typical[list(FACTORS)].clip(2 * reach[0], 2 * reach[1]).fillna(0.0), looks)
    axes.axvline(0, color=INK, linewidth=1)
    totals = [rows[rows["method"] == method]["total"] for method in looks]
    for place, own in enumerate(totals):
        axes.plot(own.clip(*reach).agg(["min", "max"]), [place, place], color=INK, linewidth=1)
    axes.plot(typical["total"].clip(*reach), range(len(looks)), "D", color=INK, ms=5, mec=PAPER, mew=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    annotate_rows(axes, [_format_note(own) for own in totals])


def _compute_reach(factors: pd.DataFrame, totals: pd.Series) -> tuple[float, float]:
    finite = factors.where(np.isfinite(factors), 0.0)
    ends = [finite.clip(upper=0).sum(axis=1), finite.clip(lower=0).sum(axis=1), totals, pd.Series([-0.1, 0.1])]
    return compute_limits(pd.concat(ends), "linear")


def _draw_bars(axes: Axes, factors: pd.DataFrame, looks: dict[str, Look]) -> None:
    # Losses are stacked to the left of zero, gains to the right; an infinite bar ends beyond the edge.
    for place, (method, look) in enumerate(looks.items()):
        ends = {-1.0: 0.0, 1.0: 0.0}
        for part, length in zip(FACTORS, factors.loc[method].to_numpy(float), strict=True):
            side = 1.0 if length > 0 else -1.0
            axes.barh(place, length, 0.6, ends[side], **_choose_fill(FACTORS[part][1], look.colour))
            ends[side] += length


def _choose_fill(fill: str, colour: str) -> dict[str, Any]:
    if fill == "hollow":
        return {"facecolor": PAPER, "edgecolor": colour, "linewidth": 1}
    return {"facecolor": colour, "edgecolor": PAPER, "linewidth": 0.5, "hatch": "////" if fill == "hatched" else ""}


def _format_note(totals: pd.Series) -> str:
    if totals.empty:
        return "no logits"
    counts = {"lost": int(totals.isna().sum()), "zero": int(np.isinf(totals).sum())}
    words = [format_signed(totals.median())] if totals.notna().any() else []
    return " · ".join(words + [f"{count} {word}" for word, count in counts.items() if count])


def describe(probe: pd.DataFrame) -> str:
    """Describe the decades of the minimax gradient by factor in words."""
    minimax = select_rows(compute_decades(probe), loss="minimax")
    return (
        "Decades of the gradient norm by factor, generator of the last stage: "
        f"{describe_runs(minimax, _describe_decades)}."
    )


def _describe_decades(rows: pd.DataFrame) -> str:
    medians = rows[["total", *FACTORS]].median()
    if np.isnan(medians["total"]):
        return "stopped before the last stage"
    factors = join_words([f"{factor} {format_signed(medians[factor])}" for factor in FACTORS])
    return f"{format_signed(medians['total'])} ({factors})"


SPEC = FigureSpec(
    draw,
    "Factors of the change in gradient norm",
    "The gradient is the product of three factors: the slope of the loss, what the discriminator passes back, and "
    "what the generator makes of it. Left of zero: decades lost; right: decades gained. A full bar to the left is a "
    "saturated loss, the vanishing gradient of Arjovsky & Bottou (2017). Bars are medians of factors, so they need "
    "not add up to the median of the total.",
    describe,
    "diagnosis",
)
