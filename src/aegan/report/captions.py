"""The captions of `snakemake --report`: those of our own report, as files that Snakemake reads.

A figure's file lies in a folder that is called as the section of the report, which is its category.
"""

from __future__ import annotations

import re
from pathlib import Path

from aegan.figures.registry import FIGURES
from aegan.report.page import SECTIONS
from aegan.storage import write_text


def captions() -> dict[str, str]:
    """Write the caption of every figure: section/figure.rst -> reStructuredText."""
    sections = {name: section.anchor for section in SECTIONS for name in section.figures}
    return {
        f"{sections.get(name, 'answer')}/{name}.rst": f"**{escaped(entry.title)}.** {escaped(entry.caption)}\n"
        for name, entry in FIGURES.items()
    }


def escaped(words: str) -> str:
    """Take from characters what they mean to reStructuredText."""
    return re.sub(r"([\\*`|_])", r"\\\1", words)


def write_captions(folder: Path) -> None:
    """Write the captions into a folder; those of figures that are gone go, too."""
    texts = captions()
    for path in folder.glob("*/*.rst"):
        if path.relative_to(folder).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        write_text(folder / name, text)
