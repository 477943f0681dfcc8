"""`aegan plots`: DVC's plots of several revisions, on a page that works offline."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from aegan.errors import AeganError

#: scripts of a Vega chart, in order; DVC's own page loads them from the network, Snakemake's package contains them
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


def write_plots_page(revisions: Sequence[str], folder: Path) -> None:
    """Write the page of `dvc plots diff`, with the scripts it needs inside, as index.html of a folder.

    Args:
        revisions: revisions of Git; if empty, the last commit is compared with the working folder.
        folder: the folder to write.

    Raises:
        AeganError: DVC fails, or Snakemake is not installed.
    """
    with TemporaryDirectory() as temporary:
        template = Path(temporary) / "page.html"
        template.write_text(PAGE % "\n".join(_read_scripts()), encoding="utf-8")
        options = ["--html-template", str(template), "--out", str(folder)]
        command = [sys.executable, "-m", "dvc", "plots", "diff", *options, "--", *revisions]
        if subprocess.run(command, check=False).returncode:
            raise AeganError("`dvc plots diff` failed; its message is above")


def _read_scripts() -> list[str]:
    snakemake = find_spec("snakemake")
    if snakemake is None or snakemake.origin is None:
        raise AeganError(
            "Snakemake, whose package contains the scripts of Vega, is not installed. `make report` installs it"
        )
    folder = Path(snakemake.origin).parent / "assets" / "data"
    return [f"<script>{(folder / script).read_text('utf-8')}</script>" for script in SCRIPTS]
