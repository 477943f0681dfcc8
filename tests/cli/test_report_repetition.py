"""`aegan verify REPORT --against STUDY` on copies of the committed quickstart; real runs: tests/workflow."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from aegan.cli.report_repetition import compare_repetition, read_texts
from aegan.errors import InputError
from aegan.tables import find_table

STUDY = Path(__file__).parents[2] / "reports" / "quickstart"
TABLES = ("decisions", "pairs", "quality")


@pytest.fixture
def part(tmp_path):
    """Give the folder of a repetition of one comparison."""
    folder = tmp_path / "part"
    folder.mkdir()
    for name in TABLES:
        table = pd.read_csv(find_table(STUDY, name), dtype=str, keep_default_na=False)
        table[table["method"] == "reconstruction"].to_csv(folder / f"{name}.csv", index=False)
    return folder


def change(path: Path, column: str, value: str) -> None:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[table["family"] == "primary", column] = value
    table.to_csv(path, index=False)


def test_the_same_numbers_are_the_same_bytes_and_the_decisions_hold(part):
    lines, held = compare_repetition(part, STUDY)
    assert held
    assert [line.partition(".csv")[0] for line in lines[:-1]] == ["decisions", "pairs", "quality"]
    assert all(line.endswith("the same bytes") for line in lines[:-1])
    assert lines[-1].endswith(" repeated decisions hold.")


def test_a_decision_that_the_repeated_numbers_do_not_give_is_named(part):
    change(part / "decisions.csv", "p", "0.5")
    change(part / "decisions.csv", "decision", "helps")  # what the repetition decides by itself is not asked
    lines, held = compare_repetition(part, STUDY)
    assert not held
    (moved,) = [line for line in lines if line.startswith("decided otherwise")]
    assert moved == (
        f"decided otherwise: reconstruction against gan on digits in FD-cls: helps in {STUDY}, undecided with these "
        "numbers"
    )
    assert "p of digits, reconstruction, gan, " in lines[0]


def test_reports_of_other_methods_and_folders_that_are_no_report_are_refused(part, tmp_path):
    decisions = (part / "decisions.csv").read_text("utf-8")
    (part / "decisions.csv").write_text(decisions.replace("digits,", "letters,"), "utf-8")
    with pytest.raises(InputError, match="has no comparison in common"):
        compare_repetition(part, STUDY)
    shutil.copytree(STUDY, tmp_path / "bare")
    (tmp_path / "bare" / "index.html").write_text("<p>old</p>", "utf-8")
    with pytest.raises(InputError, match="contains no configuration"):
        compare_repetition(STUDY, tmp_path / "bare")
    find_table(part, "pairs").write_text("dataset\nd\n", "utf-8")
    with pytest.raises(InputError, match=r"pairs\.csv"):
        read_texts(part)
