from pathlib import Path

import pytest

from aegan.data.folder_split import find_split, strip_split
from aegan.errors import InputError

CLASSES = ("cat/1.png", "dog/1.png")


def places(*tops):
    return [Path(top, name) for top in tops for name in CLASSES]


@pytest.mark.parametrize("test", ["test", "testing", "val", "valid", "Validation", "dev"])
def test_train_comes_first(test):
    split = find_split("x", sorted(places(test, "train")))
    paths = [sorted(places(test, "train"))[row] for row in split.order]
    assert [path.parts[0] for path in paths] == ["train", "train", test, test]
    assert split.train_count == 2
    assert f"2 images of train/ to train on, 2 of {test}/" in split.remark


@pytest.mark.parametrize("tops", [("cat", "dog"), ("train", "plane"), ("train",), ("test",)])
def test_names_of_classes_are_no_split(tops):
    assert find_split("x", places(*tops)) is None
    assert find_split("x", [Path("1.png"), Path("2.png")]) is None


@pytest.mark.parametrize(
    "tops", [("train", "val", "test"), ("val", "test"), ("train", "test", "cat"), ("train", "training")]
)
def test_what_is_not_one_train_and_one_test_split_is_refused(tops):
    with pytest.raises(InputError, match=r"x: .* look like splits of one data set.*Keep one folder to train on"):
        find_split("x", places(*tops))
    with pytest.raises(InputError, match="files directly in the folder"):
        find_split("x", [*places("train", "test"), Path("1.png")])


def test_the_split_is_no_part_of_the_class():
    assert strip_split(Path("train/cat/red/1.png")) == Path("cat/red/1.png")


def test_splits_below_another_folder_are_refused():
    nested = [Path("archive", place) for place in places("train", "test")]
    with pytest.raises(InputError, match=r"x: its subfolders hold splits.*Give the folder that holds train and test"):
        find_split("x", nested)
    assert find_split("x", [Path("a/train/1.png"), Path("b/2.png")]) is None
