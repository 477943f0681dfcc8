"""The registry of data sources.

A source is a frozen, keyword-only dataclass whose fields are its options in the config. To add one, write a file with
its class, a line in `SOURCES` and a test. Every command imports this module, so a source imports slow libraries inside
its methods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from aegan.data.digits import Digits
from aegan.data.dirac import Dirac
from aegan.data.fashion_mnist import FashionMnist
from aegan.data.folder import Folder
from aegan.data.gaussians import Grid, Ring
from aegan.data.npy import Npy
from aegan.data.raw_dataset import DataOutline, RawDataset
from aegan.data.stacked import StackedDigits, StackedFashionMnist
from aegan.data.swiss_roll import SwissRoll


class Source(Protocol):
    """Where a data set comes from.

    A source whose files are downloaded has the file names in the class attribute `FETCHED_FILES` and a method
    `fetch(folder)` as well.
    """

    def list_files(self) -> list[Path]:
        """List the user's files that `load` reads; files that do not exist are not an error here."""

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:
        """Return what is known of the data set from the options, and from the names and headers of the user's files.

        Raises:
            InputError: the files contain no usable data.
        """

    def load(self, files: Sequence[Path]) -> RawDataset:
        """Load a data set.

        Args:
            files: the files listed by `list_files`, or the fetched ones.

        Raises:
            InputError: the files contain no usable data.
        """


SOURCES: dict[str, Callable[..., Source]] = {
    "digits": Digits,
    "fashion_mnist": FashionMnist,
    "npy": Npy,
    "folder": Folder,
    "stacked_fashion_mnist": StackedFashionMnist,
    "stacked_digits": StackedDigits,
    "ring": Ring,
    "grid": Grid,
    "swiss_roll": SwissRoll,
    "dirac": Dirac,
}
