"""Figure of the decomposition: which factor of the generator's gradient a fresh discriminator takes away."""

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

from aegan.analysis.study_schema import WHOLE, wide
from aegan.figures.curves import limits
from aegan.figures.gradients import select
from aegan.figures.laboratory import NOTHING
from aegan.figures.numbers import signed
from aegan.figures.panels import Tiling, name_rows, note_rows, nothing, room_for, tile
from aegan.figures.stages import RUN, after, last_stage, stopped_before_last
from aegan.figures.style import INK, MUTED, PAPER, Look, looks, styled

# In words, and how a bar tells it apart.
FACTORS = {
    "slope": ("slope of the loss", "full"),
    "field": ("what the discriminator passes back", "hatched"),
    "gain": ("what the generator makes of it", "hollow"),
}
# Minimax gradients are expected to fall, so they are read from their peak; non-saturating ones from their lowest.
FROM = {"minimax": ("peak", "idxmax"), "non_saturating": ("lowest", "idxmin")}


def decades(probe: pd.DataFrame) -> pd.DataFrame:
    """Split the change of the gradient norm between two steps of the fresh discriminator into its factors.

    The generator is that of the last stage. A run goes from the step at which its norm peaks (minimax) or is lowest
    (non-saturating) to its last step; NaN where the norm is never finite.

    Returns:
        dataset, method, seed, stage, loss, slope, field, gain, total: the last four in decades (log10), ±inf where one
        is zero, NaN for a run that stopped before.
    """
    rows, found = select(probe, network="generator", layer=WHOLE), []
    for loss, (_, pick) in FROM.items():
        names = {f"{loss}_{part}": part for part in FACTORS} | {f"{loss}_gradient_norm": "total"}
        own = rows[rows["quantity"].isin(list(names))]
        table = wide(last_stage(own), [*RUN, "stage", "step"], "quantity").rename(columns=names)
        for run, steps in table.groupby(level=[*RUN, "stage"], sort=False):
            found.append((*run, loss, *_moved(steps.reindex(columns=[*FACTORS, "total"]), pick)))
        found += [(*run, np.nan, loss, *[np.nan] * 4) for run in stopped_before_last(own).to_numpy()]
    return pd.DataFrame(found, columns=[*RUN, "stage", "loss", *FACTORS, "total"])


def _moved(steps: pd.DataFrame, pick: str) -> np.ndarray:
    norms = steps["total"][np.isfinite(steps["total"])]
    if norms.empty:
        return np.full(4, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.log10(steps.iloc[-1].to_numpy(float)) - np.log10(steps.loc[getattr(norms, pick)()].to_numpy(float))
    return np.asarray(moved)


@styled
def decomposition(probe: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw, per method, how many decades of the gradient each of its factors takes or gives: signed stacked bars.

    Args:
        probe: the study's probe.
        methods: the methods, in order.
    """
    table = decades(probe)
    if table.empty:
        return nothing(NOTHING)
    shown = {m: look for m, look in looks(methods).items() if m in set(probe["method"])}
    blocks = [
        (f"{dataset} · decades of the gradient norm · generator {after(own)}", own)
        for dataset, own in table.groupby("dataset", sort=False)
    ]
    size = Tiling(2, 0.15 + 0.3 * len(shown), gap=1.05, left=room_for(shown), right=1.05)
    figure, all_axes = tile([(title, len(FROM)) for title, _ in blocks], size, top=0.3)
    patches = [Patch(label=words, **_fill(fill, MUTED)) for words, fill in FACTORS.values()]
    total = Line2D([], [], color=INK, marker="D", ms=5, mec=PAPER, linewidth=1, label="all together; line: seeds")
    figure.legend(handles=[*patches, total], loc="upper left", ncols=4)
    for (_, own), block in zip(blocks, all_axes, strict=True):
        for place, (axes, (loss, (start, _))) in enumerate(zip(block, FROM.items(), strict=True)):
            name_rows(axes, list(shown), labels=place == 0)
            _stack(axes, select(own, loss=loss), shown)
            axes.set_title(f"{loss.replace('_', '-')}: from its {start} to the last step")
    return figure


def _stack(axes: Axes, rows: pd.DataFrame, shown: dict[str, Look]) -> None:
    typical = rows.groupby("method")[[*FACTORS, "total"]].median().reindex(list(shown))
    reach = _reach(typical[list(FACTORS)], rows["total"])
    axes.set_xlim(reach)
    _bars(axes, typical[list(FACTORS)].clip(2 * reach[0], 2 * reach[1]).fillna(0.0), shown)
    axes.axvline(0, color=INK, linewidth=1)
    totals = [rows[rows["method"] == method]["total"] for method in shown]
    for place, own in enumerate(totals):
        axes.plot(own.clip(*reach).agg(["min", "max"]), [place, place], color=INK, linewidth=1)
    axes.plot(typical["total"].clip(*reach), range(len(shown)), "D", color=INK, ms=5, mec=PAPER, mew=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    note_rows(axes, [_note(own) for own in totals])


def _reach(pieces: pd.DataFrame, totals: pd.Series) -> tuple[float, float]:
    finite = pieces.where(np.isfinite(pieces), 0.0)
    ends = [finite.clip(upper=0).sum(axis=1), finite.clip(lower=0).sum(axis=1), totals, pd.Series([-0.1, 0.1])]
    return limits(pd.concat(ends), "linear")


def _bars(axes: Axes, pieces: pd.DataFrame, shown: dict[str, Look]) -> None:
    # What falls is stacked to the left of zero, what grows to the right; an infinite piece ends beyond the edge.
    for place, (method, look) in enumerate(shown.items()):
        ends = {-1.0: 0.0, 1.0: 0.0}
        for part, length in zip(FACTORS, pieces.loc[method].to_numpy(float), strict=True):
            side = 1.0 if length > 0 else -1.0
            axes.barh(place, length, 0.6, ends[side], **_fill(FACTORS[part][1], look.colour))
            ends[side] += length


def _fill(fill: str, colour: str) -> dict[str, Any]:
    if fill == "hollow":
        return {"facecolor": PAPER, "edgecolor": colour, "linewidth": 1}
    return {"facecolor": colour, "edgecolor": PAPER, "linewidth": 0.5, "hatch": "////" if fill == "hatched" else ""}


def _note(totals: pd.Series) -> str:
    if totals.empty:
        return "no logits"
    counts = {"lost": int(totals.isna().sum()), "zero": int(np.isinf(totals).sum())}
    words = [signed(totals.median())] if totals.notna().any() else []
    return " · ".join(words + [f"{count} {word}" for word, count in counts.items() if count])
