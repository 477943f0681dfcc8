"""The figure of benchmarks/quickstart.py: job-seconds of the study, phase by phase, relative to its bare training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from aegan.figures.panels import make_figure, name_rows
from aegan.figures.style import INK, MUTED, apply_theme, assign_looks


@apply_theme
def draw_quickstart(record: Mapping[str, Any]) -> Figure:
    """Draw a record: a bar for each number of seeds, stacked by phase, and a line at bare training."""
    studies: Mapping[str, Mapping[str, Any]] = record["studies"]
    look = assign_looks(list(dict.fromkeys(phase for study in studies.values() for phase in study["phases"])))
    figure = make_figure(1.5 + 0.6 * len(studies))
    axes = figure.subplots()
    for place, study in enumerate(studies.values()):
        left = 0.0
        for phase, ratio in study["phases"].items():
            axes.barh(place, ratio, left=left, height=0.55, color=look[phase].colour, label=None if place else phase)
            left += ratio
        note = f"{study['ratio']:.2f} × · {study['wall']:.0f} s, of which {study['setup']:.0f} s set-up"
        axes.annotate(note, (left, place), (5, 0), textcoords="offset points", va="center", color=MUTED)
    axes.axvline(1, color=INK, linewidth=1)
    axes.set_xlim(0, 1.45 * max(1.0, *(study["ratio"] for study in studies.values())))
    name_rows(axes, [f"seeds {seeds}" for seeds in studies])
    axes.set_xlabel("seconds of all jobs / seconds of the bare training of the same members")
    axes.set_title(f"The quickstart · {record['device']} · the line is bare training")
    figure.legend(loc="outside lower center", ncols=len(look), frameon=False, fontsize=8)
    return figure
