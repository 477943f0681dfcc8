"""The commands for developers of aegan: hidden from the help, and they write nowhere but in a checkout of aegan."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

import typer

from aegan.cli.console import exit_on_error, print_lines
from aegan.errors import InputError

developer_app = typer.Typer()


@developer_app.command(hidden=True)
def docs(folder: Annotated[Path, typer.Argument(help="The config folder.")] = Path("config")) -> None:
    """Write config/schema.json, config/README.md, captions, the list of `aegan methods`, and the findings."""
    from aegan.cli.documents import write_documents

    with exit_on_error():
        require_checkout(folder)
        write_documents(folder)


@developer_app.command("gallery", hidden=True)
def catalogue(page: Annotated[Path, typer.Argument(help="The page to write.")] = Path("docs/catalogue.md")) -> None:
    """Train every entry of the registries briefly, and write a page with samples and gradient norms of each."""
    from aegan.cli.catalogue_page import write_catalogue_page

    with exit_on_error():
        require_checkout(page)
        print_lines(write_catalogue_page(page))


def require_checkout(path: Path) -> None:
    """Refuse a path that is not in a checkout of aegan, which is known by the project's name in its pyproject.toml.

    Raises:
        InputError: no folder above the path is a checkout of aegan.
    """
    if not any(_is_checkout(folder) for folder in path.resolve().parents):
        wrong = "is not in a checkout of aegan: no folder above it has the pyproject.toml of aegan"
        raise InputError(path, wrong, "This command is for developers of aegan; call it in a clone of its repository")


def _is_checkout(folder: Path) -> bool:
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8")).get("project")
    except (OSError, ValueError):
        return False
    return isinstance(project, dict) and project.get("name") == "aegan"
