"""The captions of the report's figures as files for `snakemake --report`.

The folder of a caption is named like the figure's section of the report, which is its category.
"""

from __future__ import annotations

import re
from pathlib import Path

from aegan.figures.registry import FIGURES
from aegan.storage import write_text


def build_captions() -> dict[str, str]:
    """Build the caption of every figure: section/figure.rst -> reStructuredText."""
    return {
        f"{spec.section}/{name}.rst": f"**{escape_rst(spec.title)}.** {escape_rst(spec.caption)}\n"
        for name, spec in FIGURES.items()
    }


def escape_rst(text: str) -> str:
    """Escape the characters that mark up reStructuredText."""
    return re.sub(r"([\\*`|_])", r"\\\1", text)


def write_captions(folder: Path) -> None:
    """Write the captions into a folder, and delete those of figures that no longer exist."""
    texts = build_captions()
    for path in folder.glob("*/*.rst"):
        if path.relative_to(folder).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        write_text(folder / name, text)
