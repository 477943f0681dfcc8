"""The tables of a report as downloads: the page contains those that are small, and links to the others beside it."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from typing import NamedTuple


class Download(NamedTuple):
    """A table that can be saved from the page."""

    name: str  #: of the file, such as decisions.csv
    rows: str  #: number of rows
    columns: str  #: names of the columns
    source: str  #: data URI of the gzipped file; or the file's name, if it lies beside the page

    @property
    def embedded(self) -> bool:
        """Whether the page contains the table."""
        return self.source != self.name


def list_downloads(tables: Mapping[str, bytes]) -> list[Download]:
    """List the tables of a report as downloads.

    Args:
        tables: name of a file -> its bytes. A CSV file needs a tenth of the room as gzip and is embedded; one that is
            stored as gzip is as large as all others together and is linked.
    """
    return [_make_download(name, content) for name, content in sorted(tables.items())]


def _make_download(name: str, content: bytes) -> Download:
    linked = name.endswith(".gz")
    head, *rows = (gzip.decompress(content) if linked else content).splitlines()
    columns = head.decode("utf-8").replace(",", ", ")
    if linked:
        return Download(name, f"{len(rows):,}", columns, name)
    packed = base64.b64encode(gzip.compress(content, mtime=0)).decode()  # without a time: the same bytes again
    return Download(name, f"{len(rows):,}", columns, f"data:application/gzip;base64,{packed}")
