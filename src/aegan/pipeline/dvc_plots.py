"""`aegan plots`: DVC's plots of several revisions, on a page that works offline."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from aegan.errors import AeganError

#: what a Vega chart needs, in this order; DVC's own page loads it from the network, Snakemake's wheel holds it
SCRIPTS = ("vega/vega.js", "vega-lite/vega-lite.js", "vega-embed/vega-embed.js")

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>DVC plots</title>{refresh_tag}
%s
<style>table {border-spacing: 15px}</style>
</head>
<body>{plot_divs}</body>
</html>
"""


def plots_diff(revisions: Sequence[str], folder: Path) -> None:
    """Write `dvc plots diff` of some revisions to a folder, as index.html with all it needs.

    Args:
        revisions: of Git; none for the last commit against the working folder.
        folder: where to.

    Raises:
        AeganError: DVC could not.
    """
    with TemporaryDirectory() as temporary:
        template = Path(temporary) / "page.html"
        template.write_text(PAGE % "\n".join(_scripts()), encoding="utf-8")
        options = ["--html-template", str(template), "--out", str(folder)]
        command = [sys.executable, "-m", "dvc", "plots", "diff", *options, "--", *revisions]
        if subprocess.run(command, check=False).returncode:
            raise AeganError("`dvc plots diff` failed; see above")


def _scripts() -> list[str]:
    snakemake = find_spec("snakemake")
    if snakemake is None or snakemake.origin is None:
        raise AeganError(
            "Snakemake, whose wheel holds the scripts of Vega, is not installed. `make report` installs it"
        )
    folder = Path(snakemake.origin).parent / "assets" / "data"
    return [f"<script>{(folder / script).read_text('utf-8')}</script>" for script in SCRIPTS]
