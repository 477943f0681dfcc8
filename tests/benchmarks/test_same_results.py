"""The comparison of two checkouts sees a changed number and overlooks a changed time."""

import json
import shutil

import pytest
from benchmarks.same_results import find_differences


@pytest.fixture
def checkouts(tmp_path):
    old = tmp_path / "old"
    for name, text in {
        "results/gan/weights.safetensors": "1.0",
        "results/gan/run.json": json.dumps({"code": "a1", "config": {"rounds": 2}, "members": [{"seconds": 1.5}]}),
        "results/provenance/gan.json": "a1",
        "reports/smoke/cost.csv": "method,seconds,flops\ngan,1.5,10\n",
        "reports/smoke/quality.csv": "method,value\ngan,0.5\n",
    }.items():
        path = old / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return old, shutil.copytree(old, tmp_path / "new")


def test_times_and_code_digests_are_set_aside(checkouts):
    old, new = checkouts
    (new / "results/gan/run.json").write_text(
        json.dumps({"code": "b2", "config": {"rounds": 2}, "members": [{"seconds": 9.5}]}), "utf-8"
    )
    (new / "results/provenance/gan.json").write_text("b2", "utf-8")
    (new / "reports/smoke/cost.csv").write_text("method,seconds,flops\ngan,9.5,10\n", "utf-8")
    assert not list(find_differences(old, new, ["smoke"]))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("results/gan/weights.safetensors", "1.1"),
        ("results/gan/run.json", json.dumps({"code": "a1", "config": {"rounds": 3}, "members": []})),
        ("reports/smoke/cost.csv", "method,seconds,flops\ngan,1.5,11\n"),
        ("reports/smoke/quality.csv", "method,value\ngan,0.50000001\n"),
    ],
)
def test_a_changed_number_is_found(checkouts, name, text):
    old, new = checkouts
    (new / name).write_text(text, "utf-8")
    assert list(find_differences(old, new, ["smoke"])) == [f"differs: {name}"]


def test_missing_and_additional_files_are_found(checkouts):
    old, new = checkouts
    (new / "reports/smoke/quality.csv").rename(new / "reports/smoke/other.csv")
    assert len(list(find_differences(old, new, ["smoke"]))) == 2
