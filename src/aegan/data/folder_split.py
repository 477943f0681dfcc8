"""Recognise folders of pictures that are split into train and test by their top subfolders: train/…, val/…."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from aegan.errors import InputError

TRAIN_NAMES = {"train", "training"}
TEST_NAMES = {"test", "testing", "val", "valid", "validation", "dev", "eval"}


class FolderSplit(NamedTuple):
    """The official split of a folder."""

    order: list[int]  #: row numbers of all files, those of the train split first
    train_count: int  #: number of files in the train split
    remark: str  #: for the user


def find_split(where: object, places: Sequence[Path]) -> FolderSplit | None:
    """Return the split that the top subfolders make; None if their names are not those of splits.

    Args:
        where: the folder, which an error names.
        places: paths of the files, relative to the folder.

    Raises:
        InputError: there are splits beside other folders or files, or not exactly one to train on and one to test on.
    """
    tops = [place.parts[0] if len(place.parts) > 1 else "" for place in places]
    names = set(tops)
    train, test = ({name for name in names if name.lower() in known} for known in (TRAIN_NAMES, TEST_NAMES))
    if len(train | test) < 2:
        _refuse_nested(where, places)
        return None
    if names != train | test or not len(train) == len(test) == 1:
        found = ", ".join(sorted(name or "files directly in the folder" for name in names))
        wrong = f"{', '.join(sorted(train | test))} look like splits of one data set, but it holds {found}"
        fix = "Keep one folder to train on and one to test on (train and test, or train and val), or rename the classes"
        raise InputError(where, wrong, fix)
    is_test = [top in test for top in tops]
    order = sorted(range(len(places)), key=is_test.__getitem__)
    counts = len(places) - sum(is_test), sum(is_test)
    remark = (
        f"split by the folders: {counts[0]} images of {min(train)}/ to train on, {counts[1]} of {min(test)}/ to test "
        "on; test_fraction is not used"
    )
    return FolderSplit(order, counts[0], remark)


def _refuse_nested(where: object, places: Sequence[Path]) -> None:
    """Refuse folders of splits that are not the top ones, such as archive/train and archive/test."""
    names = {part.lower(): place for place in places for part in place.parts[1:-1]}
    if TRAIN_NAMES & names.keys() and TEST_NAMES & names.keys():
        wrong = f"its subfolders hold splits, such as {names[min(TRAIN_NAMES & names.keys())].parent}"
        raise InputError(where, wrong, "Give the folder that holds train and test as the path")


def strip_split(place: Path) -> Path:
    """Return a relative path without its first folder, the split."""
    return Path(*place.parts[1:])
