"""`aegan methods`: what a method is composed of, from a list that `aegan docs` and `aegan gallery` write.

The list spares the command the registries, which import torch, and a round of every entry, which gives its cost.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from rich.markup import escape
from rich.table import Table

from aegan.errors import InputError
from aegan.storage import write_json

LISTING = Path(__file__).with_name("catalogue.json")


class Listed(NamedTuple):
    """A registry entry in the list."""

    kind: str  #: the axis, in the plural
    name: str
    summary: str  #: what it is, paper and equation
    options: list[str]
    cost: float  #: floating-point operations of a round, relative to the baseline of the axis


def read_listing() -> list[Listed]:
    """Read the list."""
    return [Listed(**entry) for entry in json.loads(LISTING.read_text("utf-8"))["entries"]]


def write_listing(path: Path, entries: Iterable[Listed]) -> None:
    """Write a list, with costs of four digits."""
    rounded = [entry._replace(cost=float(f"{entry.cost:.4g}"))._asdict() for entry in entries]
    write_json(path, {"entries": rounded})


def tabulate_registries(kind: str | None) -> Iterator[Table]:
    """Make a table of each registry for a terminal.

    Args:
        kind: the axis whose registry is listed; None for all axes.

    Raises:
        InputError: there is no such axis.
    """
    by_kind = {name: list(entries) for name, entries in groupby(read_listing(), attrgetter("kind"))}
    if kind is not None and kind not in by_kind:
        raise InputError(kind, "is not an axis of a method", f"Give one of {', '.join(by_kind)}")
    for name in by_kind if kind is None else [kind]:
        table = Table("name", "what it is", "options", "cost", title=name, title_justify="left")
        for entry in by_kind[name]:
            table.add_row(entry.name, escape(entry.summary), "\n".join(entry.options), f"{entry.cost:.2f}")
        yield table
