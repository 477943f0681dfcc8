"""The names of a study's figures, known from the names of their files.

Snakemake needs the names whenever it starts. Importing the figures for them would cost a second each time, because they
import matplotlib and pandas.
"""

from __future__ import annotations

from pathlib import Path

#: names of all figures, sorted; their order in the report is that of `registry.FIGURES`
FIGURE_NAMES = tuple(sorted(path.stem for path in Path(__file__).with_name("study").glob("*.py")))
