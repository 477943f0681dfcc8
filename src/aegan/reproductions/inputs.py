"""The data that a reproduction is measured on, and checks that they suit the reproduction."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError


class ReproductionData(NamedTuple):
    """The train and test split of a reproduction, on its device."""

    train_dataset: ArrayDataset
    test_dataset: ArrayDataset


def require_data(name: str, data: ReproductionData | None) -> ReproductionData:
    """Return the data of a reproduction that needs some.

    Raises:
        InputError: there are no data; the message names the reproduction.
    """
    if data is None:
        raise InputError(name, "no data", f"Set reproductions.{name}.dataset to an entry of datasets.")
    return data


def require_labels(name: str, data: ReproductionData | None) -> ReproductionData:
    """Return the data of a reproduction that needs labels.

    Raises:
        InputError: there are no data, or they have no labels; the message names the reproduction.
    """
    if data is None or data.train_dataset.labels is None:
        fix = f"Set reproductions.{name}.dataset to a labelled entry of datasets: a classifier scores the samples."
        raise InputError(name, "data without labels", fix)
    return data


def require_source(
    name: str, data: ReproductionData | None, accepts: Callable[[ArrayDataset], bool], wanted: str, source: str
) -> ArrayDataset:
    """Return the train split of a reproduction that needs data of one source.

    Args:
        name: the reproduction.
        data: its data.
        accepts: whether a train split is such data.
        wanted: the required data in words, for the message.
        source: the source that provides them, for the message.

    Raises:
        InputError: there are no data, or they are not accepted.
    """
    if data is None or not accepts(data.train_dataset):
        fix = f"Set reproductions.{name}.dataset to an entry of datasets with the source {source}."
        raise InputError(name, f"data that are not {wanted}", fix)
    return data.train_dataset
