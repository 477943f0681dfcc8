"""The page of a watched training: verdicts and figures of one run, in one file that loads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from aegan.figures.numbers import join_words
from aegan.figures.registry import FIGURES
from aegan.figures.spec import FigureSpec
from aegan.report.assets import encode_data_uri, hash_script, make_template_environment, measure_aspect, read_asset
from aegan.report.page import Picture
from aegan.report.sections import gradients
from aegan.report.sections.verdicts import COLUMNS, describe_criteria
from aegan.report.tables import format_table
from aegan.tables import TRENDS, list_distinct

#: the figures of a single run
SHOWN: dict[str, FigureSpec] = {
    name: spec for name, spec in FIGURES.items() if spec.section == gradients.SPEC.anchor and name != "rounding"
}


def render_watched_page(
    run: object,
    figures: Mapping[str, str | bytes],
    left_out: Mapping[str, str],
    verdicts: pd.DataFrame,
    sentences: list[str],
    limits: Mapping[str, Any],
    about: Mapping[str, str],
) -> str:
    """Render the page of a watched training.

    Args:
        run: an object with the fields of a `Study` that the figures of `SHOWN` read.
        figures: name -> figure, as SVG text or PNG bytes.
        left_out: figure -> why it has nothing to show.
        verdicts: dataset, method, seed, network, verdict, step, layer, evidence.
        sentences: the verdicts in words.
        limits: the thresholds of verdicts.
        about: name of the run, its state in words, and its folder.

    Returns:
        HTML.
    """
    pictures = [
        Picture(name, spec.title, spec.caption, spec.describe_study(run), encode_data_uri(image), measure_aspect(image))
        for name, spec, image in ((name, spec, figures[name]) for name, spec in SHOWN.items() if name in figures)
    ]
    missing = [f"{SHOWN[name].title} ({reason})" for name, reason in left_out.items()]
    script = read_asset("page.js")
    columns = {name: COLUMNS[name] for name in ("network", "verdict", "step", "layer", "evidence")}
    return (
        make_template_environment()
        .get_template("watched.html.j2")
        .render(
            headline=summarise(verdicts),
            sentences=sentences,
            verdicts=format_table("Every verdict", verdicts, columns),
            section=gradients.SPEC,
            pictures=pictures,
            left_out=f"Left out, because there is nothing to show: {'; '.join(missing)}." if missing else "",
            criteria=describe_criteria(limits),
            css=read_asset("page.css"),
            script=script,
            script_hash=hash_script(script),
            **about,
        )
    )


def summarise(verdicts: pd.DataFrame) -> str:
    """Say which networks are sick, in a headline."""
    sick = verdicts[~verdicts["verdict"].isin(TRENDS)]
    if sick.empty:
        return f"No fault is seen in {join_words(list_distinct(verdicts['network']))}"
    return join_words([f"{row.network}: {row.verdict}" for row in sick.itertuples()])
