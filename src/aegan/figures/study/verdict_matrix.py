"""Seeds per verdict, by method and network."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from aegan.figures.descriptions import describe_each
from aegan.figures.numbers import join_words
from aegan.figures.panels import WIDTH, draw_message, estimate_label_width, fit_font, make_rows, name_rows
from aegan.figures.selection import order_methods, select_rows
from aegan.figures.spec import FigureSpec
from aegan.figures.style import DIVERGED_FILL, HEALTHY_FILL, HEALTHY_TEXT, PAPER, apply_theme
from aegan.tables import list_distinct

#: verdict -> colour, colour of the text on it, and a mark that is legible without colour
VERDICT_STYLES = {
    "stable": (HEALTHY_FILL, HEALTHY_TEXT, "●"),
    "shrinking": ("#d7e3f0", "#1f3550", "↘"),
    "growing": ("#f7ddcf", "#5c2a12", "↗"),
    "blind judge": ("#8a7a3c", "#ffffff", "◌"),
    "frozen": ("#5f7f86", "#ffffff", "❄"),
    "swapped labels": ("#7d5a94", "#ffffff", "⇄"),
    "leak": ("#4f6d4b", "#ffffff", "⇥"),
    "codebook collapse": ("#8c5470", "#ffffff", "⊙"),
    "prior hole": ("#6b6b6b", "#ffffff", "○"),
    "vanishing": ("#2f6fb0", "#ffffff", "▼"),
    "exploding": ("#d9541e", "#ffffff", "▲"),
    "diverged": (DIVERGED_FILL, "#ffffff", "✕"),
}
#: inches, of a character in a title or on a bar, of a line of a title, and between columns
CHARACTER, TITLE_LINE, COLUMN_GAP = 0.078, 0.15, 0.12


def count_verdicts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Count seeds: dataset, method, network, then a column per verdict; every row sums to its seeds."""
    keys = [verdicts[column] for column in ("dataset", "method", "network")]
    table = pd.crosstab(keys, verdicts["verdict"])
    return table.reindex(columns=list(VERDICT_STYLES), fill_value=0).reset_index()


@apply_theme
def draw(verdicts: pd.DataFrame, methods: Sequence[str]) -> Figure:
    """Draw a bar per method and network, split by how many seeds got each verdict.

    Args:
        verdicts: dataset, method, seed, network, verdict.
        methods: the methods, in order.
    """
    datasets, networks = list_distinct(verdicts["dataset"]), list_distinct(verdicts["network"])
    if not datasets:
        return draw_message("no run was judged")
    if len(words := list_distinct(verdicts["verdict"])) == 1:
        return draw_message(f"every network of every run is {words[0]}")
    present = [order_methods(select_rows(verdicts, dataset=dataset), methods) for dataset in datasets]
    width = (WIDTH - estimate_label_width(name for names in present for name in names)) / len(networks) - COLUMN_GAP
    titles = [
        textwrap.fill(name.replace("_", " "), int(width / CHARACTER), break_long_words=False) for name in networks
    ]
    font = fit_font(max((word for title in titles for word in title.split()), key=len), width)
    extra = TITLE_LINE * max(title.count("\n") for title in titles)
    figure, all_axes = make_rows([0.42 * len(names) + 0.7 + extra for names in present], len(networks), extra=0.45)
    counts = count_verdicts(verdicts)
    for row, dataset, names in zip(all_axes, datasets, present, strict=True):
        for place, (axes, network, title) in enumerate(zip(row, networks, titles, strict=True)):
            own = select_rows(counts, dataset=dataset, network=network).set_index("method")
            axes.set_visible(place == 0 or len(own) > 0)  # the first names the methods
            _draw_bars(axes, own[list(VERDICT_STYLES)], names, width, labels=place == 0)
            where = f"{dataset}\n" if len(datasets) > 1 and place == 0 else ""
            axes.set_title(f"{where}{title}", fontweight="bold", fontsize=font)
    given = set(list_distinct(verdicts["verdict"]))
    patches = [
        Patch(color=colour, label=f"{mark} {word}")
        for word, (colour, _, mark) in VERDICT_STYLES.items()
        if word in given
    ]
    figure.legend(handles=patches, loc="outside upper right", ncols=4, handlelength=1.2)
    return figure


def _draw_bars(axes: Axes, counts: pd.DataFrame, methods: list[str], width: float, labels: bool) -> None:
    name_rows(axes, methods, labels)
    for place, method in enumerate(methods):
        if method not in counts.index:
            axes.text(0.5, place, "–", ha="center", va="center")
            continue
        _draw_split_bar(axes, place, counts.loc[[method]].iloc[0], width)
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)


def _draw_split_bar(axes: Axes, place: int, seeds: pd.Series, width: float) -> None:
    left = 0.0
    for verdict, (colour, ink, mark) in VERDICT_STYLES.items():
        share = seeds[verdict] / seeds.sum()
        if share:
            axes.barh(place, share, left=left, height=0.8, color=colour, edgecolor=PAPER, linewidth=1.5)
            labels = [f"{mark} {seeds[verdict]} {verdict}", f"{mark} {seeds[verdict]}", f"{seeds[verdict]}", ""]
            label = next(text for text in labels if CHARACTER * len(text) <= share * width)
            axes.text(left + share / 2, place, label, ha="center", va="center", color=ink, fontsize=8.5)
        left += share


def describe(verdicts: pd.DataFrame) -> str:
    """Describe how many seeds got each verdict in words."""
    return f"Seeds per verdict. {describe_each(count_verdicts(verdicts), _describe_counts)}."


def _describe_counts(row: pd.Series) -> str:
    counts = join_words([f"{row[verdict]} {verdict}" for verdict in VERDICT_STYLES if row[verdict]])
    return f"{row['method']} {row['network']} on {row['dataset']}: {counts}"


SPEC = FigureSpec(
    draw,
    "Verdicts by method and network",
    "Each bar shows all seeds of a method, split by verdict.",
    describe,
    "verdicts",
    families=None,
)
