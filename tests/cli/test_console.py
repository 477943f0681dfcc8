"""What commands print, and how they fail."""

import logging

import pytest
import typer

from aegan.cli.console import console, error_console, exit_on_error, log_to_terminal, print_lines
from aegan.errors import InputError


def test_lines_are_printed_as_they_are(capsys):
    with console.capture() as printed:
        print_lines(["[bold]a[/bold] 1", "x" * 500])
    assert printed.get() == f"[bold]a[/bold] 1\n{'x' * 500}\n"


def test_an_error_in_the_input_is_printed_without_a_traceback_and_exits_with_1():
    with error_console.capture() as printed, pytest.raises(typer.Exit) as ended, exit_on_error():
        raise InputError("data [1].npy", "holds NaN", "Remove it")
    assert ended.value.exit_code == 1
    assert printed.get() == "data [1].npy: holds NaN. Remove it\n"


def test_an_error_in_the_code_is_not_hidden():
    with pytest.raises(ZeroDivisionError), exit_on_error():
        raise ZeroDivisionError


def test_progress_is_shown_by_every_command():
    log_to_terminal()
    assert logging.getLogger("aegan").isEnabledFor(logging.INFO)
