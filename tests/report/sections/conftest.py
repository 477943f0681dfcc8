"""Sections as the page shows them."""

import re
from dataclasses import dataclass
from html import unescape

import pytest

from aegan.figures.registry import FIGURES
from aegan.report.page import render_report


@pytest.fixture(scope="session")
def sections(study, config):
    """Every section of a page whose figures are empty: anchor -> title, lead, figures, note, headers and rows."""
    html = render_report(study, dict.fromkeys(FIGURES, "<svg/>"), {}, config, [])
    found = re.findall(r'<section id="(\w+)">(.*?)</section>', html, re.DOTALL)
    return {anchor: read_section(unescape(text)) for anchor, text in found}


@dataclass
class Section:
    """What a section shows; a figure may be added to it without a change of its test."""

    title: str
    lead: str
    figures: list[str]
    note: str
    points: list[str]
    headers: list[str]
    rows: list[list[str]]

    def shows(self, *figures):
        """Tell whether these figures stand in the section, in this order."""
        return [name for name in self.figures if name in figures] == list(figures)


def read_cell(text):
    return re.sub("<small>.*?</small>|<[^>]*>", "", text).strip()


def read_section(text):
    def find(pattern):
        return re.findall(pattern, text, re.DOTALL)

    return Section(
        title=find("<h2>(.*?)</h2>")[0],
        lead="".join(find('<p class="lead">(.*?)</p>')),
        figures=find(r'<figure id="figure-(\w+)">'),
        note="".join(find('<p class="note">(.*?)</p>')),
        points=re.findall("<li>(.*?)</li>", "".join(find('<ul class="points">(.*?)</ul>')), re.DOTALL),
        headers=find("<th scope=.col.[^>]*>(.*?)</th>"),
        rows=[[read_cell(cell) for cell in re.findall("<td.*?</td>", row)] for row in find("<tr[^>]*>(<td.*?)</tr>")],
    )
