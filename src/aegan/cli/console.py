"""Output of all commands: lines to standard output, errors to standard error."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata

import typer
from rich.console import Console

from aegan.errors import AeganError

console, error_console = Console(), Console(stderr=True)


def log_to_terminal() -> None:
    """Show the progress of long commands, on standard error."""
    logging.basicConfig(format="%(message)s")
    logging.getLogger("aegan").setLevel(logging.INFO)


def print_lines(lines: Sequence[str]) -> None:
    """Print lines without markup, highlighting or wrapping."""
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def print_version(wanted: bool) -> None:
    """Print the version of aegan, and exit, if it is wanted."""
    if wanted:
        print_lines([f"aegan {metadata.version('aegan')}"])
        raise typer.Exit


@contextmanager
def exit_on_error() -> Iterator[None]:
    """Print an error in the user's input without a traceback, and exit with 1."""
    try:
        yield
    except AeganError as error:
        error_console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None
