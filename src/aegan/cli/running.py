"""The commands that run a study."""

from __future__ import annotations

import typer

from aegan.cli.console import exit_on_error, print_lines

running_app = typer.Typer()


@running_app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(snakemake: typer.Context) -> None:
    """Repair damaged results, run Snakemake with the given arguments, and commit the results to DVC if it is used."""
    from aegan.pipeline.run import run_workflow

    with exit_on_error():
        status = run_workflow(snakemake.args, lambda line: print_lines([line]))
    raise typer.Exit(status)
