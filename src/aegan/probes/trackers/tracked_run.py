"""What every tracker gives: a run that takes the values of a step, under the same names in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from aegan.tables import WHOLE_NETWORK


class TrackedRun(Protocol):
    """A run in the files of a tracker."""

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Write the values of a step, by the names of their series; readers see them at once or soon after."""

    def close(self) -> None:
        """End the run."""


class OpenRun(Protocol):
    """Opens a new run in a folder that the tracker has for itself, in place of an earlier one of its name."""

    def __call__(self, folder: Path, run: str) -> TrackedRun:
        """Open the run of a name, such as gan/digits/article/3."""


def name_series(network: str, layer: str, quantity: str) -> str:
    """Name a series: NETWORK/QUANTITY of a whole network, NETWORK/layers/LAYER/QUANTITY of a layer.

    Trackers make files and groups of names, so each character that is no letter, digit, dot, dash or blank is replaced
    by its code point: different series keep different names, and none leaves the tracker's folder.

    Args:
        network: name of the network.
        layer: of it, or the entry for the whole network.
        quantity: what was measured.
    """
    place = [network] if layer == WHOLE_NETWORK else [network, "layers", layer]
    return "/".join(map(_clean, [*place, quantity]))


def _clean(part: str) -> str:
    harmful = r"[^\w.\- ]" if part.strip(". ") else r"."
    return re.sub(harmful, lambda found: f"_{ord(found[0]):x}_", part)


def name_values(rows: Iterable[tuple[str, str, str, float]]) -> dict[str, float]:
    """Return series -> value of rows of network, layer, quantity and value."""
    return {name_series(*place): value for *place, value in rows}
