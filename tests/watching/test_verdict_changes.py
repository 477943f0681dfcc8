"""Verdicts are printed when they change, and no more often than they may cost."""

import pytest

from aegan.watching import verdict_changes, watch_report
from aegan.watching.history_file import append_look, begin_history
from aegan.watching.verdict_changes import VerdictPrinter


@pytest.fixture
def printed(tmp_path, monkeypatch, capsys):
    """Let a look with a share of moved weights follow, and return what is printed of it."""
    monkeypatch.setattr(verdict_changes, "FIRST_LOOKS", 2)
    printer, path = VerdictPrinter(tmp_path), begin_history(tmp_path, None)

    def look(step, moved):
        append_look(path, step, [(step, "critic", "(all)", "update_ratio", moved)], 1.0)
        printer.print_changes(step)
        return capsys.readouterr().err

    return printer, look


def test_a_verdict_found_twice_is_printed_once(printed, monkeypatch):
    monkeypatch.setattr(verdict_changes, "SHARE", 1e9)
    _, look = printed
    said = [look(step, 0.0) for step in range(5)]
    assert [bool(text) for text in said] == [False, False, True, False, False]
    assert said[2].startswith("aegan, round 2: critic is frozen since round 0: none of its weights moved")
    assert [bool(look(step, 0.1)) for step in (5, 6, 7)] == [False, True, False]  # stable again


def test_verdicts_are_found_for_a_small_share_of_the_time(printed, monkeypatch):
    judged = []
    real = watch_report.judge_history
    monkeypatch.setattr(watch_report, "judge_history", lambda folder: judged.append(1) or real(folder))
    _, look = printed
    for step in range(6):
        look(step, 0.0)
    assert len(judged) == 1
