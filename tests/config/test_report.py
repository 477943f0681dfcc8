"""The section `report`."""

from typing import Any

import pytest
from pydantic import ValidationError

from aegan.config.report import Report
from aegan.config.resolved import resolve_config
from aegan.config.validation import load_config
from aegan.errors import AeganError
from aegan.probes.trackers.registry import TRACKERS


def test_a_baseline_may_be_one_or_several() -> None:
    report = Report(baselines={"article": "gan", "vaegan": ["gan", "article"]})
    assert report.baselines == {"article": ["gan"], "vaegan": ["gan", "article"]}


def test_no_comparison_depends_on_trackers(raw: dict[str, Any]) -> None:
    plain = load_config(raw).resolve_params("report")
    raw.setdefault("report", {})["trackers"] = list(TRACKERS)
    config = load_config(raw)
    assert config.report.trackers == list(TRACKERS)
    assert config.resolve_params("report") == plain
    assert "trackers" not in plain


def test_the_settings_that_a_report_states_name_trackers_only_if_there_are_some(
    raw: dict[str, Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "trackers" not in resolve_config(raw).settings["report"]
    raw.setdefault("report", {})["trackers"] = ["dvclive"]
    assert resolve_config(raw).settings["report"]["trackers"] == ["dvclive"]


@pytest.mark.parametrize("trackers", [[], ["excel"], "dvclive"])
def test_trackers_are_a_list_of_those_that_exist(raw: dict[str, Any], trackers: Any) -> None:
    with pytest.raises(ValidationError):
        Report(trackers=trackers)
    raw.setdefault("report", {})["trackers"] = trackers
    with pytest.raises(AeganError, match=r"report\.trackers"):
        load_config(raw)
