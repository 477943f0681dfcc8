"""Whether a data set has the samples and labels that a study needs."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from aegan.data.shards import PreparedDataset, count_test_rows
from aegan.errors import InputError


class DataNeeds(NamedTuple):
    """What a study needs of a data set; a split always has a row."""

    train: int = 1  #: rows of the train split
    test: int = 1  #: rows of the test split
    labels: bool = False  #: whether rows need labels


class SplitSizes(NamedTuple):
    """Rows of the splits of a data set."""

    train: int
    test: int


def refuse_shortages(dataset: str, prepared: PreparedDataset, needs: DataNeeds) -> None:
    """Refuse a prepared data set that lacks what a study needs.

    Args:
        dataset: its entry in `datasets`.
        prepared: the splits.
        needs: what the study needs.

    Raises:
        InputError: something is missing.
    """
    split = prepared.manifest["split"]
    own = len(prepared.test) / (len(prepared.train) + len(prepared.test))
    fraction = split["test_fraction"] if isinstance(split, dict) else own
    sizes = SplitSizes(len(prepared.train), len(prepared.test))
    for shortage in find_shortages(needs, sizes, bool(prepared.manifest["classes"]), fraction):
        wrong, fix = shortage.rsplit(". ", 1)
        raise InputError(f"datasets.{dataset}", wrong, fix)


def find_shortages(needs: DataNeeds, sizes: SplitSizes, labelled: bool, test_fraction: float) -> Iterator[str]:
    """Yield what is missing, as "what is wrong. How to correct it".

    Args:
        needs: what the study needs.
        sizes: rows of the splits.
        labelled: whether the rows have labels.
        test_fraction: share of test rows.
    """
    if sizes.train < needs.train or sizes.test < needs.test:
        yield (
            f"{sum(sizes)} samples give {sizes.train} for training and {sizes.test} for testing, but the study needs "
            f"{needs.train} and {needs.test}. Give at least {count_needed_rows(needs, test_fraction)} samples"
        )
    if needs.labels and not labelled:
        yield "the samples have no labels, but the study needs them. Give labels, or remove what learns classes"


def count_needed_rows(needs: DataNeeds, test_fraction: float) -> int:
    """Count the rows of the smallest data set whose splits have the rows that are needed.

    Args:
        needs: what the study needs.
        test_fraction: share of test rows.
    """

    def is_enough(rows: int) -> bool:
        test = count_test_rows(rows, test_fraction)
        return test >= needs.test and rows - test >= needs.train

    return 2 + bisect_left(range(2, sys.maxsize), True, key=is_enough)
