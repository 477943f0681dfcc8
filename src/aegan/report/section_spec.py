"""Specification of a section of the report: title, introduction, and the table and note below its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from aegan.analysis.study_schema import Study
from aegan.report.tables import Table


class SectionSpec(NamedTuple):
    """One section of the report.

    Its figures are those of the registry of figures whose `FigureSpec.section` is its anchor, in the registry's order.

    Attributes:
        anchor: id of the section in the page, and the folder of its captions in workflow/report.
        title: what the section is about.
        lead: introduction below the title.
        table: study -> the folded table below the figures, if there is one.
        note: study and resolved configuration -> the sentences below the figures; empty for none.
        points: study -> sentences that are listed below the note, if there are any.
    """

    anchor: str
    title: str
    lead: str
    table: Callable[[Study], Table] | None = None
    note: Callable[[Study, Mapping[str, Any]], str] | None = None
    points: Callable[[Study], list[str]] | None = None
