"""Style of all figures: theme, the same look of a method in every figure, and reproducible bytes.

Figures are made without pyplot, so no global state changes. SVG text stays text, laid out in DejaVu Sans (which comes
with matplotlib), and an SVG follows the reader's light or dark preference through its own style sheet.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, ParamSpec

import matplotlib as mpl
from matplotlib.figure import Figure

from aegan.figures.svg import compact_svg

INK, MUTED, LINE, PAPER = "#1d2733", "#5c6876", "#dde2e8", "#fefefe"
HEALTHY_FILL, HEALTHY_TEXT, DIVERGED_FILL = (
    "#cfe6d8",
    "#17402c",
    "#46393f",
)  # a healthy cell, the text on it, a diverged cell
_DARK = {
    INK: "#e6eaef",
    MUTED: "#9aa6b4",
    LINE: "#323b46",
    PAPER: "#14191f",
    HEALTHY_FILL: "#26503e",
    HEALTHY_TEXT: "#dff3e8",
    DIVERGED_FILL: "#7d6670",
}
_FONTS = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif"

# Okabe and Ito (2008), "Color Universal Design", darkened or lightened to be seen on white and on black alike;
# the first is neutral, because studies list their plain GAN first.
PALETTE = ("#77818e", "#0f7fc4", "#e08a00", "#0a9c78", "#c9679c", "#d9541e", "#4fb0e0", "#8a63c9")
_DASHES: tuple[Any, ...] = ("solid", (0, (4, 1.5)), (0, (1.2, 1.2)))
_MARKERS = "osD^vPX*"


class Look(NamedTuple):
    """Colour, line style and marker of a method in every figure."""

    colour: str
    dash: Any
    marker: str


def assign_looks(methods: Sequence[str]) -> dict[str, Look]:
    """Assign each method a look by its place in the study; after eight colours the dashes change."""
    return {
        method: Look(PALETTE[i % 8], _DASHES[i // 8 % len(_DASHES)], _MARKERS[i % 8])
        for i, method in enumerate(methods)
    }


@functools.cache
def build_theme() -> Any:
    """Build the matplotlib settings of every figure."""
    import seaborn as sns  # takes half a second; modules that need only colours do not call this

    white = sns.axes_style("whitegrid")  # type: ignore[no-untyped-call]  # seaborn has no annotations
    return white | THEME


#: what differs from the white grid of seaborn
THEME: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    # a place that matplotlib chooses, above ticks at the top, costs a third of the time of drawing
    "axes.titley": 1.0,
    "axes.labelsize": 9,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "axes.edgecolor": LINE,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "figure.facecolor": PAPER,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "lines.linewidth": 1.8,
    "hatch.linewidth": 0.8,
    "svg.fonttype": "none",
    "text.parse_math": False,
    "svg.hashsalt": "aegan",
    "path.simplify_threshold": 0.2,  # points; a line may differ by so much, which no screen resolves
}


Arguments = ParamSpec("Arguments")


def apply_theme(draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """Run a figure function inside the theme."""

    @functools.wraps(draw)
    def within(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Figure:
        with mpl.rc_context(build_theme()):
            return draw(*args, **kwargs)

    return within


def to_svg(figure: Figure) -> str:
    """Write a figure as SVG: the same figure gives the same text, which follows the light or dark preference."""
    _fix_empty_labels(figure)
    file = io.StringIO()
    with mpl.rc_context(build_theme()):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(file, format="svg", metadata=nothing, dpi=150)
    figure.set_layout_engine("none")  # other formats keep the layout, which takes as long as drawing
    svg = re.sub(r"(font(?:-family)?: [^;\"]*)'DejaVu Sans'", rf"\1{_FONTS}", file.getvalue())
    return compact_svg(_numbered_ids(svg), _DARK)


def _fix_empty_labels(figure: Figure) -> None:
    """Give the empty labels of axes a place, because to choose one matplotlib measures the text of all ticks."""
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)


def _numbered_ids(svg: str) -> str:
    """Name elements by their order: matplotlib hashes coordinates to the last bit, which the layout solver varies."""
    numbers: dict[str, str] = {}
    pattern = re.compile(r"(?<=[\"#(])[A-Za-z]+[0-9a-f]{10}(?=[\")])")
    return pattern.sub(lambda found: numbers.setdefault(found[0], f"id{len(numbers)}"), svg)


def to_png(figure: Figure) -> bytes:
    """Write a figure as PNG at 150 dots per inch, without a date."""
    file = io.BytesIO()
    with mpl.rc_context(build_theme()):
        figure.savefig(file, format="png", dpi=150, metadata={"Software": None})
    return file.getvalue()
