"""Grade the reproductions against their criteria, and draw the papers' figures with the intervals of our runs."""

from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from aegan.figures.style import to_svg
from aegan.pipeline import job
from aegan.progress import track
from aegan.reproductions.autoencoder_probe import grade_autoencoder_probe
from aegan.reproductions.registry import draw_reproduction, grade_reproductions
from aegan.storage import write_text
from aegan.tables import read_table, write_table


def main(
    *,
    measured: list[Path],
    decisions: Path,
    methods_with_autoencoder: list[str],
    reproductions: dict[str, Any],
    sources: dict[str, Any],
    blocks: list[int],
    grades: Path,
    figures: list[Path],
) -> None:
    tables = map(read_table, measured)
    by_name = {name: list(islice(tables, count)) for name, count in zip(reproductions, blocks, strict=True)}
    published = grade_reproductions(reproductions, by_name, sources)
    own_result = grade_autoencoder_probe(read_table(decisions), methods_with_autoencoder)
    write_table(grades, pd.concat([published, own_result], ignore_index=True))
    for svg in track(figures, "figures"):
        write_text(svg, to_svg(draw_reproduction(reproductions[svg.stem], by_name[svg.stem])))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
