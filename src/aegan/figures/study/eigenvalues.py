"""Eigenvalues of the Jacobian of the game at the end of training: whether it attracts, repels or rotates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.complex_plane import choose_plane_limits, format_plane
from aegan.figures.descriptions import describe_runs
from aegan.figures.numbers import count_noun, format_number
from aegan.figures.panels import draw_message
from aegan.figures.selection import select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.stages import NO_DYNAMICS, describe_rounds, find_runs_without_last_stage, select_last_stage
from aegan.figures.style import INK, Look, apply_theme, assign_looks
from aegan.figures.tiles import Tiling, make_tiles
from aegan.tables import MEMBER, list_distinct, pivot_values


def pair_eigenvalues(dynamics: pd.DataFrame, quantity: str = "eigenvalue") -> pd.DataFrame:
    """Pair the parts of the eigenvalues at the last stage, or of another complex quantity.

    Returns:
        dataset, method, seed, stage, index, real, imaginary; one row of NaN for a run that stopped earlier.
    """
    parts = {f"{quantity}_{part}": part for part in ("real", "imaginary")}
    rows = dynamics[dynamics["quantity"].isin(list(parts))]
    found = pivot_values(select_last_stage(rows), [*MEMBER, "stage", "index"], "quantity").reindex(columns=list(parts))
    return pd.concat([found.rename(columns=parts).reset_index(), find_runs_without_last_stage(rows)], ignore_index=True)


@apply_theme
def draw(dynamics: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw the complex plane with the eigenvalues of the game's Jacobian: all seeds, a panel per method.

    Args:
        dynamics: dataset, method, seed, stage, quantity, index, value. The Jacobian is that of the players' gradients,
            against which they move: a positive real part attracts.
        methods: the methods, in order.
    """
    table = pair_eigenvalues(dynamics)
    if table.empty:
        return draw_message(NO_DYNAMICS.format("eigenvalue"))
    rotations = pair_eigenvalues(dynamics, "rotation").dropna(subset=["real", "imaginary"])
    shares = select_last_stage(select_rows(dynamics, quantity="symplectic_share"))
    planes = {dataset: select_rows(table, dataset=dataset) for dataset in list_distinct(table["dataset"])}
    present = {dataset: [m for m in methods if m in list_distinct(own["method"])] for dataset, own in planes.items()}
    columns = min(5, max(3, *map(len, present.values())))
    titles = [
        (f"{dataset} · eigenvalues {describe_rounds(own)}", len(present[dataset])) for dataset, own in planes.items()
    ]
    figure, all_axes = make_tiles(titles, Tiling(columns, 9 / columns - 0.22, left=0.75, foot=0.95), top=0.05)
    for (dataset, own), block in zip(planes.items(), all_axes, strict=True):
        fastest = select_rows(rotations, dataset=dataset)
        reach, core = choose_plane_limits(pd.concat([own, fastest]))
        for place, (method, axes) in enumerate(zip(present[dataset], block, strict=True)):
            format_plane(axes, reach, core)
            _draw_points(axes, select_rows(own, method=method), assign_looks(methods)[method])
            pairs = select_rows(fastest, method=method).query("imaginary != 0")
            for side in (1, -1):
                axes.scatter(
                    pairs["real"], side * pairs["imaginary"], s=40, facecolor="none", edgecolor=INK, linewidth=0.6
                )
            share = select_rows(shares, dataset=dataset, method=method)["value"].median()
            axes.set_title(method)
            rotation = "" if np.isnan(share) else f"\n‖A‖ / ‖S‖ {format_number(share)}"
            axes.set_xlabel(f"← pushes · pulls in →{rotation}", fontsize=8)
            axes.set_ylabel("turns" if place % columns == 0 else "", fontsize=8)
            axes.tick_params(labelleft=place % columns == 0)
    return figure


def _draw_points(axes: Axes, rows: pd.DataFrame, look: Look) -> None:
    finite = np.isfinite(rows[["real", "imaginary"]]).all(axis=1)
    kept = rows[finite]
    axes.scatter(kept["real"], kept["imaginary"], s=14, color=look.colour, alpha=0.6, linewidth=0, rasterized=True)
    if not finite.all():
        note = f"{(~finite).sum()} lost"
        axes.text(0.97, 0.03, note, transform=axes.transAxes, ha="right", fontsize=8)


def describe(dynamics: pd.DataFrame) -> str:
    """Describe the eigenvalues of each method in words: how many there are, rotate and repel, and how fast."""
    kinds = [pair_eigenvalues(dynamics, quantity).assign(quantity=quantity) for quantity in ("eigenvalue", "rotation")]
    return (
        "Complex planes of the eigenvalues of the game's Jacobian, last stage: "
        f"{describe_runs(pd.concat(kinds), _describe_eigenvalues)}."
    )


def _describe_eigenvalues(rows: pd.DataFrame) -> str:
    fastest = select_rows(rows, quantity="rotation")["imaginary"].median()
    rows = select_rows(rows, quantity="eigenvalue").dropna(subset="real")
    repelling, rotating = int((rows["real"] < 0).sum()), int((rows["imaginary"] != 0).sum())
    speed = "" if np.isnan(fastest) else f", fastest rotation {format_number(fastest)}"
    return f"{count_noun(len(rows), 'eigenvalue')}, {rotating} off the real axis, {repelling} repelling{speed}"


SPEC = FigureSpec(
    draw,
    "Eigenvalues of the game's Jacobian",
    "A point is an eigenvalue of the Jacobian of all players' gradients, in loss per squared weight; all seeds. To "
    "the right of the vertical line the game attracts its players, to the left it repels them, and away from the "
    "horizontal line it rotates (Berard 2020; Mescheder 2018, whose field has the other sign). Points are the "
    "eigenvalues of largest modulus, rings those of largest imaginary part. A plane of many decades is "
    "logarithmic outside its centre. ‖A‖ / ‖S‖: norm of the Jacobian's antisymmetric part, which rotates, over that of "
    "its symmetric part, which attracts or repels (Balduzzi 2018).",
    describe,
    "dynamics",
)
