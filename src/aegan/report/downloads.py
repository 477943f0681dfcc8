"""The tables of a report as downloads: the page contains those that are small, and links to the others beside it."""

from __future__ import annotations

import base64
import gzip
import io
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

#: most bytes of a table, gzipped, that the page contains
MOST_BYTES = 100_000


class Download(NamedTuple):
    """A table that can be saved from the page."""

    name: str  #: of the file, such as decisions.csv
    rows: str  #: number of rows
    columns: str  #: names of the columns
    source: str  #: data URI of the gzipped table; or the file's name, if it lies beside the page

    @property
    def embedded(self) -> bool:
        """Whether the page contains the table."""
        return self.source != self.name

    @property
    def packed_name(self) -> str:
        """The name under which an embedded table is saved as gzip."""
        return f"{self.name.removesuffix('.gz')}.gz"


def list_downloads(tables: Mapping[str, bytes]) -> list[Download]:
    """List the tables of a report as downloads.

    Args:
        tables: name of a file -> its bytes. A CSV file, as gzip, is embedded if it has at most `MOST_BYTES`; what is
            larger, or Parquet, is linked.
    """
    return [_make_download(name, content) for name, content in sorted(tables.items())]


def _make_download(name: str, content: bytes) -> Download:
    if name.endswith(".parquet"):
        table = pd.read_parquet(io.BytesIO(content))
        return Download(name, f"{len(table):,}", ", ".join(table.columns), name)
    gzipped = name.endswith(".gz")
    head, *rows = (gzip.decompress(content) if gzipped else content).splitlines()
    packed = content if gzipped else gzip.compress(content, mtime=0)  # without a time: the same bytes again
    uri = f"data:application/gzip;base64,{base64.b64encode(packed).decode()}"
    source = uri if len(packed) <= MOST_BYTES else name
    return Download(name, f"{len(rows):,}", head.decode("utf-8").replace(",", ", "), source)
