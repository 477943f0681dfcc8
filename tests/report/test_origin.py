"""The sentence on when and with which commit a study was trained."""

import pytest

from aegan.provenance import NOT_IN_GIT
from aegan.report.origin import describe_origin

COMMIT = "0560cf4a12b7" + "e" * 28


@pytest.mark.parametrize(
    ("dates", "commits", "sentence"),
    [
        (["2026-11-28"], [COMMIT], "Trained on 2026-11-28 at commit 0560cf4a12."),
        (
            ["2026-11-28", "2026-11-26", "2026-11-27"],
            [f"{COMMIT} (with uncommitted changes)", "1" * 40],
            "Trained on 2026-11-26 to 2026-11-28 at commit 0560cf4a12 (with uncommitted changes) and "
            "at commit 1111111111.",
        ),
        (["2026-11-28"], [NOT_IN_GIT], "Trained on 2026-11-28 with code that is not in Git."),
        ([], [], "The records of its runs do not name the date and the commit."),
    ],
)
def test_dates_and_commits_are_named(dates, commits, sentence):
    assert describe_origin({"dates": dates, "commits": commits}) == sentence
    assert "do not name" in describe_origin({})
