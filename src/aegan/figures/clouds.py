"""Clouds of points in the plane: panels side by side, each with the real points in grey beneath."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from aegan.figures.style import LINE, PALETTE, PAPER

PANELS = 5  # side by side, at most
SIDE = 0.96  # of a panel; the rest is the gap to the next
MARGIN = 0.25  # of the real points' extent, on each side of them


def project_points(points: np.ndarray) -> np.ndarray:
    """Return the first two coordinates (n, 2) of points (n, D); if D is 1, the second is 0."""
    return np.pad(points[:, :2].astype(np.float64), ((0, 0), (0, max(0, 2 - points.shape[1]))))


def choose_window(real: np.ndarray) -> tuple[np.ndarray, float]:
    """Choose the square that is drawn around real points (n, D).

    Returns:
        Its lower left corner (2,) and the length of its side, which is 2 if all points coincide.
    """
    low, high = project_points(real).min(axis=0), project_points(real).max(axis=0)
    side = float((high - low).max()) * (1 + 2 * MARGIN) or 2.0
    return (low + high - side) / 2, side


def draw_clouds(axes: Axes, generated: np.ndarray, real: np.ndarray) -> None:
    """Draw clouds as squares of side 1 from x = 0 on, and write the share of points outside the window.

    Args:
        axes: axes without ticks, grid and spines.
        generated: generated points (P, n, D) of P panels.
        real: real points (m, D), drawn beneath the points of every panel.
    """
    corner, side = choose_window(real)
    for place, points in enumerate(generated):
        axes.add_patch(Rectangle((place, 0), SIDE, SIDE, fill=False, edgecolor=LINE))
        for cloud, colour, size in ((real, PALETTE[0], 9.0), (points, PALETTE[1], 3.0)):
            x, y = ((project_points(cloud) - corner) / side * SIDE).T
            inside = (x >= 0) & (x <= SIDE) & (y >= 0) & (y <= SIDE)  # false for NaN
            axes.scatter(place + x[inside], y[inside], s=size, color=colour, linewidth=0, alpha=0.5, rasterized=True)
        if not inside.all():
            note, box = f"{1 - inside.mean():.0%} outside", {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
            axes.text(place + 0.03, 0.04, note, fontsize=7.5, bbox=box)
