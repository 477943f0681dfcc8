"""The commands that lay a study's folder, run the study, and say how far it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aegan.cli.console import exit_on_error, print_lines

running_app = typer.Typer()


@running_app.command()
def init(folder: Annotated[Path, typer.Argument(help="The folder to make; it may hold other files.")]) -> None:
    """Lay a folder for a study outside a checkout: its config, a Snakefile with this workflow as a module, dvc.yaml."""
    from aegan.cli.init_study import init_study

    with exit_on_error():
        print_lines(init_study(folder))


@running_app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(snakemake: typer.Context) -> None:
    """Repair damaged results, run Snakemake with the given arguments, and commit the results to DVC if it is used."""
    from aegan.pipeline.run import run_workflow

    with exit_on_error():
        status = run_workflow(snakemake.args, lambda line: print_lines([line]))
    raise typer.Exit(status)


@running_app.command()
def status() -> None:
    """Report what a run of the study has done, does now and has left, until when, and the verdicts so far."""
    from aegan.cli.study_status import describe_status

    with exit_on_error():
        print_lines(describe_status())
