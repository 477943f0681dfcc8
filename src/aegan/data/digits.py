"""The digits embedded in scikit-learn: the quickstart's data, no file and no network needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aegan.data.images import check_images
from aegan.data.raw_dataset import Loaded, encode

HIGHEST = 16.0


@dataclass(frozen=True, kw_only=True)
class Digits:
    """1,797 handwritten digits of 8x8 pixels with 17 grey levels (UCI, in scikit-learn); it has no options."""

    def files(self) -> list[Path]:
        """List no file: scikit-learn brings the images."""
        return []

    def load(self, files: Sequence[Path]) -> Loaded:  # noqa: ARG002 - every source is loaded from its files
        """Load all digits as (1797, 8, 8, 1), grey level g as g * 255 / 16 rounded."""
        from sklearn.datasets import load_digits

        digits = load_digits()
        unit = digits.images[..., None] / HIGHEST
        return check_images("digits", unit, encode("digits", digits.target))._replace(value_range=(0.0, HIGHEST))
