"""The complex plane, linear throughout or logarithmic outside its centre."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from aegan.figures.numbers import format_decade, format_number
from aegan.figures.style import INK, MUTED


def choose_plane_limits(spectrum: pd.DataFrame) -> tuple[float, float]:
    """Choose the limits of a plane that shows eigenvalues.

    Args:
        spectrum: real, imaginary.

    Returns:
        The limit of both axes, and the end of their linear part: infinity, or the modulus of small eigenvalues if a few
        are far larger than the rest.
    """
    sizes = np.hypot(*spectrum[["real", "imaginary"]].to_numpy(float).T)
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    reach = float(sizes.max(initial=0.0)) or 1.0
    if reach < 20 * np.median(sizes if sizes.size else 1.0):
        return 1.15 * reach, np.inf
    return 2 * reach, float(10 ** np.floor(np.log10(np.quantile(sizes, 0.1))))


def format_plane(axes: Axes, reach: float, core: float) -> None:
    """Set limits and ticks of a plane that is linear inside ±core and logarithmic outside, and draw its axes.

    Args:
        axes: the axes to format.
        reach: limit of both axes.
        core: end of the linear part; beyond `reach` if all of the plane is linear.
    """
    logarithmic = core < reach
    for scale in (axes.set_xscale, axes.set_yscale) if logarithmic else ():
        scale("symlog", linthresh=core, linscale=0.5)
    for axis, apart in ((axes.xaxis, 4), (axes.yaxis, 2)):
        few = FixedLocator(_choose_ticks(reach, core, apart)) if logarithmic else MaxNLocator(3, symmetric=True)
        axis.set_major_locator(few)
        axis.set_major_formatter(lambda value, _: _format_tick(value) if logarithmic else format_number(value))
        axis.set_minor_locator(NullLocator())
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach))
    axes.axvline(0, color=INK, linewidth=1)
    axes.axhline(0, color=MUTED, linewidth=0.6)


def _choose_ticks(reach: float, core: float, apart: int) -> list[float]:
    # The highest decade, and one halfway to the core if there is room for two labels.
    low, high = round(np.log10(core)), int(np.floor(np.log10(reach)))
    exponents = {high, (low + high) // 2} if high - low >= apart else {high}
    return [0.0, *(side * 10.0**exponent for side in (-1, 1) for exponent in exponents)]


def _format_tick(value: float) -> str:
    return ("−" if value < 0 else "") + format_decade(abs(value)) if value else "0"
