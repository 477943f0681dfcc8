"""The files of the workflow that are part of the package: in a checkout, links to its top level."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).parents[1] / "project"
WORKFLOW = PROJECT / "workflow"
SNAKEFILE = WORKFLOW / "Snakefile"
#: the scripts of the rules, of this folder or else of the package
SCRIPTS = (Path("workflow/scripts"), WORKFLOW / "scripts")
