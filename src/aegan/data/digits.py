"""The digits of scikit-learn, which the quickstart uses: they need no file and no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aegan.data.images import make_image_dataset
from aegan.data.raw_dataset import DataOutline, RawDataset, encode_labels

MAX_GREY_LEVEL = 16.0


@dataclass(frozen=True, kw_only=True)
class Digits:
    """1,797 handwritten digits of 8x8 pixels with 17 grey levels (UCI, in scikit-learn). No options."""

    def list_files(self) -> list[Path]:
        """Return no files: the images are part of scikit-learn."""
        return []

    def outline(self, files: Sequence[Path] = ()) -> DataOutline:  # noqa: ARG002 - there are no files
        """Return the sizes, which the options fix."""
        return DataOutline((1, 8, 8), labelled=True, rows=1797)

    def load(self, files: Sequence[Path]) -> RawDataset:  # noqa: ARG002 - every source is loaded from its files
        """Load all digits as uint8 (1797, 8, 8, 1); grey level g of 16 becomes g * 255 / 16, rounded."""
        from sklearn.datasets import load_digits

        digits = load_digits()
        return make_image_dataset(
            "digits",
            digits.images[..., None],
            encode_labels("digits", digits.target),
            declared_range=(0, MAX_GREY_LEVEL),
        )
