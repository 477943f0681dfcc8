"""What is recalled, and what is computed anew."""

import datetime
import json
import os
import shutil
from pathlib import Path

import pytest

import aegan
from aegan.config import recall as recall_module
from aegan.config.recall import CACHE, recall


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """A function that recalls the number of calls so far, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    made = []

    def call(*values):
        made.append(values)
        return {"calls": len(made), "values": str(values)}

    return lambda *values: recall(lambda: call(*values), *values)["calls"]


def test_the_same_values_are_computed_once(calls):
    assert [calls("a", {"x": 1, "y": None}), calls("a", {"x": 1, "y": None})] == [1, 1]


def test_other_values_and_another_order_are_computed_anew(calls):
    values = [("a", {"x": 1, "y": 2}), ("b", {"x": 1, "y": 2}), ("a", {"x": 1.5, "y": 2}), ("a", {"y": 2, "x": 1})]
    assert [calls(*each) for each in values] == [1, 2, 3, 4]


def test_values_that_look_alike_are_told_apart(calls):
    day = datetime.date(2026, 1, 1)
    assert [calls("a", {"x": day}), calls("a", {"x": "2026-01-01"}), calls("a", {day: 1})] == [1, 2, 3]
    assert [calls("a", {True: 1}), calls("a", {"True": 1})] == [4, 5]


def test_a_change_of_the_library_or_of_a_package_computes_anew(calls, monkeypatch, tmp_path):
    library = shutil.copytree(Path(aegan.__file__).parent, tmp_path / "aegan")
    monkeypatch.setattr(aegan, "__file__", str(library / "__init__.py"))
    assert [calls("a"), calls("a")] == [1, 1]
    losses = library / "objectives" / "losses.py"
    os.utime(losses, ns=(0, losses.stat().st_mtime_ns + 1))
    assert calls("a") == 2
    losses.with_name("own_losses.py").touch()
    assert calls("a") == 3
    monkeypatch.setattr(recall_module.metadata, "version", lambda name: f"0.0 of {name}")
    assert calls("a") == 4


def test_a_mistake_is_found_again(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def fail():
        raise ValueError("wrong")

    for _ in range(2):
        with pytest.raises(ValueError, match="wrong"):
            recall(fail, "a")
    assert not CACHE.exists()


@pytest.mark.parametrize("content", [b"", b'{"calls": ', b"\xff", None])
def test_a_cache_that_cannot_be_used_is_ignored(calls, content):
    calls("a")
    (path,) = CACHE.iterdir()
    path.unlink()
    path.mkdir() if content is None else path.write_bytes(content)
    assert calls("a") == 2


def test_a_folder_that_cannot_be_written_is_ignored(calls):
    CACHE.parent.parent.write_text("a file where the folder would be", "utf-8")
    assert [calls("a"), calls("a")] == [1, 2]


def test_the_first_answer_is_what_later_ones_are(calls):
    assert recall(lambda: {1: (2, 3)}, "a") == recall(pytest.fail, "a") == {"1": [2, 3]}


def test_old_results_are_removed(calls, monkeypatch):
    monkeypatch.setattr(recall_module, "KEPT", 2)
    for number in range(4):
        calls("a", number)
        for age, path in enumerate(sorted(CACHE.iterdir(), key=lambda path: -json.loads(path.read_text())["calls"])):
            os.utime(path, (1000 - age, 1000 - age))
    assert [calls("a", 3), calls("a", 2), calls("a", 0)] == [4, 3, 5]
