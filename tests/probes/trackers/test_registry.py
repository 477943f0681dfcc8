"""Which trackers there are, and what is said of one whose library is missing."""

import sys
import tomllib
from pathlib import Path

import pytest

from aegan.errors import InputError
from aegan.probes.trackers.registry import TRACKERS, require_trackers

ROOT = Path(__file__).parents[3]


def test_each_tracker_is_an_extra():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(TRACKERS) <= set(project["optional-dependencies"])


def test_a_tracker_that_is_none_or_cannot_be_used_is_refused(monkeypatch, tmp_path):
    require_trackers([])
    with pytest.raises(InputError, match=r"trackers: 'tb' is no tracker\. Choose among dvclive, mlflow"):
        require_trackers(["tb"])
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(InputError, match=r"wandb needs the package wandb, .*\. pip install 'aegan\[wandb\]'"):
        require_trackers(["wandb"])
    monkeypatch.delitem(sys.modules, "wandb")
    (tmp_path / "wandb").mkdir()  # W&B makes one beside a program that uses it
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(InputError, match="is not installed"):
        require_trackers(["wandb"])
