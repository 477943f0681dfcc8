"""The report: one self-contained HTML page that loads nothing, works offline, and is complete without its script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from aegan.analysis.study_focus import count_focus, focus_study
from aegan.analysis.study_schema import Study
from aegan.errors import InputError
from aegan.figures.families import DECISIVE, PRIMARY
from aegan.figures.numbers import count_noun
from aegan.figures.registry import FIGURES
from aegan.report.answers import answer_study
from aegan.report.assets import (
    encode_data_uri,
    hash_script,
    make_template_environment,
    measure_aspect,
    read_asset,
    read_uplot,
)
from aegan.report.downloads import list_downloads
from aegan.report.evidence import list_evidence
from aegan.report.explorer import pack_explorer
from aegan.report.origin import describe_origin
from aegan.report.overview import tabulate_overviews
from aegan.report.published_results import count_reproduced_criteria, list_published_results
from aegan.report.section_registry import SECTIONS
from aegan.report.section_spec import SectionSpec
from aegan.report.seed_sentences import describe_seed_limits
from aegan.report.sentences import (
    describe_comparisons,
    describe_divergence,
    describe_stability,
    describe_unanimous_comparisons,
)
from aegan.report.summary import summarise_study
from aegan.report.tables import Table, tabulate_provenance
from aegan.tables import name_table_file

Families = tuple[str, ...] | None

#: the section at the head of the page; it stands before those of the registry
ANSWER = "answer"


class Picture(NamedTuple):
    """A figure as the page embeds it."""

    name: str
    title: str
    caption: str
    alt: str
    source: str
    aspect: float  #: height relative to width


class Section(NamedTuple):
    """A section of the page, filled for a study."""

    anchor: str
    title: str
    lead: str
    pictures: list[Picture]
    left_out: str
    note: str
    points: list[str]
    table: Table | None
    file: str  #: of the whole table, if the report has one


def render_report(
    study: Study,
    figures: Mapping[str, str | bytes],
    provenance: Mapping[str, Any],
    config: Mapping[str, Any],
    commands: Sequence[str],
    reproduction_figures: Mapping[str, str | bytes] | None = None,
    left_out: Mapping[str, str] | None = None,
    downloads: Mapping[str, bytes] | None = None,
) -> str:
    """Render the report of a study.

    Args:
        study: the tables and arrays of the study.
        figures: every registered figure by name, as SVG text or PNG bytes.
        provenance: versions, hashes, devices; may be nested. `freeze` says in a sentence whether the configuration was
            fixed before the first result; its state "changed" is a warning.
        config: the resolved configuration: `study.title` is the question, and `verdicts` and `report` hold the
            thresholds and levels.
        commands: the shell commands that reproduce this report.
        reproduction_figures: the figure of every published result in `study.reproductions` that has one.
        left_out: figure -> why it has nothing to show, for those that the page names instead of showing them.
        downloads: name of a CSV file of the report -> its bytes, which can be saved from the page.

    Returns:
        HTML: one file that loads nothing.

    Raises:
        InputError: `figures` lacks a registered figure or holds another.
    """
    if different := set(figures) ^ set(FIGURES):
        raise InputError("figures", f"missing or unknown: {sorted(different)}", "Draw exactly the registered figures.")
    script = "\n".join([read_asset("page.js"), read_uplot(), read_asset("explorer.js")])
    answer, *summary = summarise_study(study.decisions, study.pairs, config["report"])
    reasons = left_out or {}
    parts: tuple[Families, ...] = ((PRIMARY,), DECISIVE, None)
    shown = {families: focus_study(study, families) for families in parts}
    pictures = _group_pictures(shown, {name: image for name, image in figures.items() if name not in reasons})
    focused = shown[DECISIVE]
    comparisons = list_evidence(focused, set(figures) - set(reasons))
    reproduction_sources = {name: encode_data_uri(image) for name, image in (reproduction_figures or {}).items()}
    return (
        make_template_environment()
        .get_template("page.html.j2")
        .render(
            question=config["study"]["title"],
            study=study,
            size=[count_noun(len(study.methods), "method"), count_noun(study.gradients["seed"].nunique(), "seed")],
            answer=answer,
            summary=summary,
            answer_pictures=pictures.get(ANSWER, []),
            answer_left_out=_describe_left_out(ANSWER, reasons),
            divergence=describe_divergence(study.verdicts),
            overviews=tabulate_overviews(study),
            focus=count_focus(study, focused),
            comparisons=comparisons,
            anchors={found.anchor for comparison in comparisons for found in comparison.evidence},
            details=[
                *answer_study(study.decisions, config["report"]["alpha"]),
                *describe_unanimous_comparisons(focused.decisions),
                *describe_comparisons(focused.decisions),
                *describe_stability(focused.verdicts),
            ],
            seed_limits=describe_seed_limits(study.decisions, config["report"]["alpha"]),
            explorer=pack_explorer(shown[PRIMARY,]),
            sections=[
                _fill_section(spec, pictures.get(spec.anchor, []), reasons, study, focused, config) for spec in SECTIONS
            ],
            reproduced=count_reproduced_criteria(study.reproductions),
            results=list_published_results(study.reproductions, reproduction_sources),
            downloads=list_downloads(downloads or {}),
            origin=describe_origin(provenance),
            freeze=provenance.get("freeze"),
            provenance=tabulate_provenance(provenance),
            config=yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True),
            commands=commands,
            css=read_asset("page.css") + read_asset("uplot/uPlot.min.css"),
            script=script,
            script_hash=hash_script(script),
        )
    )


def _group_pictures(shown: Mapping[Families, Study], figures: Mapping[str, str | bytes]) -> dict[str, list[Picture]]:
    """Group the figures by section, in the order of the registry: anchor -> pictures.

    Args:
        shown: families of comparisons -> the part of the study that figures of these families show.
        figures: name -> figure.
    """
    groups: dict[str, list[Picture]] = {}
    counts = {families: count_focus(shown[None], focused) for families, focused in shown.items()}
    for name, spec in ((name, spec) for name, spec in FIGURES.items() if name in figures):
        # the words for hundreds of comparisons are in the tables of the page, not behind a picture
        alt, source = spec.describe_study(shown[spec.families or DECISIVE]), encode_data_uri(figures[name])
        aspect, count = measure_aspect(figures[name]), counts[spec.families]
        caption = f"{spec.caption} Shown: {count}." if count and spec.is_of_methods else spec.caption
        groups.setdefault(spec.section, []).append(Picture(name, spec.title, caption, alt, source, aspect))
    return groups


def _describe_left_out(section: str, reasons: Mapping[str, str]) -> str:
    titles = {name: spec.title for name, spec in FIGURES.items() if spec.section == section and name in reasons}
    named = "; ".join(f"{title} ({reasons[name]})" for name, title in titles.items())
    return f"Left out, because there is nothing to show: {named}." if named else ""


def _fill_section(
    spec: SectionSpec,
    pictures: list[Picture],
    reasons: Mapping[str, str],
    study: Study,
    focused: Study,
    config: Mapping[str, Any],
) -> Section:
    return Section(
        spec.anchor,
        spec.title,
        spec.lead,
        pictures,
        _describe_left_out(spec.anchor, reasons),
        note=spec.note(study, config) if spec.note else "",
        points=spec.points(study) if spec.points else [],
        table=spec.table(focused) if spec.table else None,
        file=name_table_file(spec.anchor),
    )
