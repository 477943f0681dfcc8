"""Where data come from: the registry of sources.

A source is a dataclass whose fields are its options in the configuration. To add one: a file with its class, a line
in `SOURCES`, a test. This module is imported by every command, so a source imports what is slow inside its methods.
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
from aegan.data.raw_dataset import Loaded
from aegan.data.stacked import StackedFashionMnist
from aegan.data.swiss_roll import SwissRoll


class Source(Protocol):
    """Where a data set comes from."""

    def files(self) -> list[Path]:
        """List the user's files that `load` reads, none if they are not there; cheap, and never fails."""

    def load(self, files: Sequence[Path]) -> Loaded:
        """Load `files`: those listed by `files()`, or the fetched ones.

        Raises:
            InputError: if they are no usable data.
        """


SOURCES: dict[str, Callable[..., Source]] = {
    "digits": Digits,
    "fashion_mnist": FashionMnist,
    "npy": Npy,
    "folder": Folder,
    "stacked_fashion_mnist": StackedFashionMnist,
    "ring": Ring,
    "grid": Grid,
    "swiss_roll": SwissRoll,
    "dirac": Dirac,
}
