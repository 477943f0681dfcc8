"""`aegan docs`: write the files that are generated from the registries, the figures and the committed report."""

from __future__ import annotations

from pathlib import Path

from aegan.cli.catalogue_listing import LISTING, read_listing, write_listing
from aegan.cli.catalogue_runs import list_with_costs, measure_costs
from aegan.config.docs import write_docs
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.report.captions import write_captions
from aegan.report.finding import write_finding


def write_documents(folder: Path) -> None:
    """Write the schema and README of a config folder, the captions, the list of `aegan methods`, and the finding.

    Args:
        folder: the config folder; the other files are in its parent folder.
    """
    write_docs(folder)
    known = {(entry.kind, entry.name): entry.cost for entry in read_listing()}
    write_listing(folder.parent / "src/aegan/cli" / LISTING.name, list_with_costs(measure_costs(known)))
    write_captions(folder.parent / "workflow" / "report")
    if (readme := folder.parent / "README.md").exists():
        config = load_config(merge_config_files([folder / "config.yaml"]))
        write_finding(readme, folder.parent / "reports" / config.study.name, config.report.alpha)
