"""Figures of dynamics: does the game pull its players in, or does it turn them around?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from aegan.analysis.study_schema import ordered, wide
from aegan.figures.curves import Block, Panel, figure_of
from aegan.figures.gradients import select
from aegan.figures.numbers import decade, short
from aegan.figures.panels import Tiling, nothing, tile
from aegan.figures.stages import RUN, after, last_stage, stopped_before_last, with_lost
from aegan.figures.style import INK, MUTED, Look, looks, styled

PARTS = {"eigenvalue_real": "real", "eigenvalue_imaginary": "imaginary"}
PATH = {
    "path_angle": ("cosine of the gradients with the path of training", "cosine"),
    "path_norm": ("norm of the gradients along the path of training", "log"),
}
NOTHING = "Nothing to show: no {} of a game was measured."


def spectrum(dynamics: pd.DataFrame) -> pd.DataFrame:
    """Pair the parts of the eigenvalues at the last stage.

    Returns:
        dataset, method, seed, stage, index, real, imaginary; one row of NaN for a run that stopped before.
    """
    rows = dynamics[dynamics["quantity"].isin(list(PARTS))]
    found = wide(last_stage(rows), [*RUN, "stage", "index"], "quantity").reindex(columns=list(PARTS))
    return pd.concat([found.rename(columns=PARTS).reset_index(), stopped_before_last(rows)], ignore_index=True)


@styled
def eigenvalues(dynamics: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the complex plane with the eigenvalues of the game's Jacobian: all seeds, a panel per method.

    Args:
        dynamics: the study's dynamics; the Jacobian is that of the players' gradients, along which nobody descends but
            against: a positive real part pulls in.
        methods: the methods, in order.
    """
    table = spectrum(dynamics)
    if table.empty:
        return nothing(NOTHING.format("eigenvalue"))
    shares = last_stage(select(dynamics, quantity="symplectic_share"))
    planes = {dataset: select(table, dataset=dataset) for dataset in ordered(table["dataset"])}
    shown = {dataset: [m for m in methods if m in set(own["method"])] for dataset, own in planes.items()}
    columns = min(5, max(3, *map(len, shown.values())))
    titles = [(f"{dataset} · eigenvalues {after(own)}", len(shown[dataset])) for dataset, own in planes.items()]
    figure, all_axes = tile(titles, Tiling(columns, 9 / columns - 0.22, left=0.75, foot=0.95), top=0.05)
    for (dataset, own), block in zip(planes.items(), all_axes, strict=True):
        reach, core = span(own)
        for place, (method, axes) in enumerate(zip(shown[dataset], block, strict=True)):
            dress_plane(axes, reach, core)
            _points(axes, select(own, method=method), looks(methods)[method])
            share = select(shares, dataset=dataset, method=method)["value"].median()
            axes.set_title(method)
            turning = "" if np.isnan(share) else f"\n‖A‖ / ‖S‖ {short(share)}"
            axes.set_xlabel(f"← pushes · pulls in →{turning}", fontsize=8)
            axes.set_ylabel("turns" if place % columns == 0 else "", fontsize=8)
            axes.tick_params(labelleft=place % columns == 0)
    return figure


def _points(axes: Axes, rows: pd.DataFrame, look: Look) -> None:
    finite = np.isfinite(rows[["real", "imaginary"]]).all(axis=1)
    kept = rows[finite]
    axes.scatter(kept["real"], kept["imaginary"], s=14, color=look.colour, alpha=0.6, linewidth=0, rasterized=True)
    if not finite.all():
        words = f"{(~finite).sum()} lost"
        axes.text(0.97, 0.03, words, transform=axes.transAxes, ha="right", fontsize=8)


def span(spectrum: pd.DataFrame) -> tuple[float, float]:
    """Choose how far a plane reaches, and up to where it is linear: everywhere, or up to the small eigenvalues."""
    sizes = np.hypot(*spectrum[["real", "imaginary"]].to_numpy(float).T)
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    reach = float(sizes.max(initial=0.0)) or 1.0
    if reach < 20 * np.median(sizes if sizes.size else 1.0):
        return 1.15 * reach, np.inf
    return 2 * reach, float(10 ** np.floor(np.log10(np.quantile(sizes, 0.1))))


def dress_plane(axes: Axes, reach: float, core: float) -> None:
    """Set limits and ticks of a plane that is linear inside ±core and logarithmic outside, and draw its axes."""
    logarithmic = core < reach
    for scale in (axes.set_xscale, axes.set_yscale) if logarithmic else ():
        scale("symlog", linthresh=core, linscale=0.5)
    for axis, apart in ((axes.xaxis, 4), (axes.yaxis, 2)):
        few = FixedLocator(_powers(reach, core, apart)) if logarithmic else MaxNLocator(3, symmetric=True)
        axis.set_major_locator(few)
        axis.set_major_formatter(lambda value, _: _power(value) if logarithmic else short(value))
        axis.set_minor_locator(NullLocator())
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach))
    axes.axvline(0, color=INK, linewidth=1)
    axes.axhline(0, color=MUTED, linewidth=0.6)


def _powers(reach: float, core: float, apart: int) -> list[float]:
    # The highest decade, and one halfway to the core where they are far enough apart for two labels.
    low, high = round(np.log10(core)), int(np.floor(np.log10(reach)))
    exponents = {high, (low + high) // 2} if high - low >= apart else {high}
    return [0.0, *(side * 10.0**exponent for side in (-1, 1) for exponent in exponents)]


def _power(value: float) -> str:
    return ("−" if value < 0 else "") + decade(abs(value)) if value else "0"


def path_angle(dynamics: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the field along the path of training: its cosine with the path and its norm, a panel per method.

    Args:
        dynamics: the study's dynamics.
        methods: the methods, in order.
    """
    rows, lost = last_stage(dynamics), stopped_before_last(dynamics)
    rows = rows.assign(step=rows["index"] / 100)
    blocks = []
    for dataset in ordered(rows[rows["quantity"].isin(list(PATH))]["dataset"]):
        for quantity, (words, scale) in PATH.items():
            own = select(rows, dataset=dataset, quantity=quantity)
            everyone = with_lost(own, select(lost, dataset=dataset))
            panels = [Panel(m, part, scale) for m in methods if len(part := select(everyone, method=m))]
            blocks += [Block(f"{dataset} · {words}, {after(own)}", panels)] if len(own) else []
    columns = min(5, max(3, *(len(block.panels) for block in blocks))) if blocks else 3
    return figure_of(blocks, methods, columns, over_path) if blocks else nothing(NOTHING.format("path"))


def over_path(axes: Axes) -> None:
    """Dress a horizontal axis of a path from start to end, and mark its end."""
    axes.set_xticks([0, 1], ["start", "end"])
    axes.axvline(1, color=INK, linewidth=1)
