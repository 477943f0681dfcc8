"""The command line: `aegan --help`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from aegan.errors import AeganError

app = typer.Typer(no_args_is_help=True, add_completion=False)
console, complaints = Console(), Console(stderr=True)


@app.callback()
def main() -> None:
    """Which autoencoder role cures which gradient disease of a GAN, on your data, at what cost?"""


@app.command()
def check(
    configs: Annotated[list[Path] | None, typer.Argument(help="Overlays, in order, on config/config.yaml.")] = None,
) -> None:
    """Check a config, merged as Snakemake merges it, without starting anything."""
    from aegan.config_check import load, merged

    try:
        config = load(merged([Path("config/config.yaml"), *(configs or [])]))
    except AeganError as error:
        complaints.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
    study = config.study
    parts = {"data sets": study.datasets, "methods": study.methods, "autoencoders": config.autoencoders_used()}
    for name, entries in {**parts, "seeds": config.blocks()}.items():
        console.print(f"{name}: {', '.join(entries) or 'none'}", highlight=False, soft_wrap=True)


@app.command()
def docs(folder: Annotated[Path, typer.Argument(help="The config folder.")] = Path("config")) -> None:
    """Write config/schema.json and config/README.md from the config's models."""
    from aegan.config_docs import write_docs

    write_docs(folder)
