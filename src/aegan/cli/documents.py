"""`aegan docs`: write the files that are generated from the config's models, the figures and the committed report."""

from __future__ import annotations

from pathlib import Path

from aegan.config.docs import write_docs
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.report.captions import write_captions
from aegan.report.finding import write_finding


def write_documents(folder: Path) -> None:
    """Write the schema and README of a config folder, the captions, and the finding in the repository's README.

    Args:
        folder: the config folder; captions and README are in its parent folder.
    """
    write_docs(folder)
    write_captions(folder.parent / "workflow" / "report")
    if (readme := folder.parent / "README.md").exists():
        config = load_config(merge_config_files([folder / "config.yaml"]))
        write_finding(readme, folder.parent / "reports" / config.study.name, config.report.alpha)
