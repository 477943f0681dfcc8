"""The tables of a report as downloads that the page itself contains."""

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
    source: str  #: data URI of the gzipped file


def list_downloads(tables: Mapping[str, bytes]) -> list[Download]:
    """List the tables of a report as downloads.

    Args:
        tables: name of a CSV file -> its bytes, which need a tenth of the room as gzip.
    """
    return [_make_download(name, content) for name, content in sorted(tables.items())]


def _make_download(name: str, content: bytes) -> Download:
    head, *rows = content.splitlines()
    packed = base64.b64encode(gzip.compress(content, mtime=0)).decode()  # without a time: the same bytes again
    columns = head.decode("utf-8").replace(",", ", ")
    return Download(name, f"{len(rows):,}", columns, f"data:application/gzip;base64,{packed}")
