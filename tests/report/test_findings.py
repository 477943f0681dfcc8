"""The findings say what the tables say: every number comes from them, and a sentence is never stronger than a row."""

import re
import runpy
from pathlib import Path

import pandas as pd
import pytest

from aegan.cli.documents import FINDINGS, read_results
from aegan.errors import InputError
from aegan.report.findings import (
    describe_cost,
    describe_size,
    format_percent,
    render_findings,
    select_checked,
)

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / FINDINGS.with_suffix(".md.j2")
make_decisions = runpy.run_path(str(Path(__file__).with_name("made_decisions.py")))["make_decisions"]

#: names with a digit that prose may use
NAMES = re.compile(r"\bR1\b")
NUMBER_WORDS = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|dozen|hundred|thousand|half|third|quarter|"
    r"twice|most|majority)\b",
    re.IGNORECASE,
)
DECISION_WORDS = re.compile(r"\b(helps?|hurts?|equivalent|undecided)\b")


@pytest.fixture(scope="module")
def results():
    """The committed quickstart, as if the comparisons of the decisive study were its primary ones."""
    return read_results(ROOT / "reports" / "quickstart")


def read_prose() -> str:
    """Return what is written by hand: the template without expressions, statements and comments."""
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", TEMPLATE.read_text("utf-8"), flags=re.DOTALL)


def test_no_number_is_written_by_hand():
    prose = NAMES.sub("", read_prose())
    assert re.findall(r".*\d.*", prose) == []
    assert NUMBER_WORDS.findall(prose) == []


def test_no_decision_is_written_by_hand():
    definitions = re.compile(r"\*\w+\*")  # the words are set in italics where they are defined
    assert {word.strip("*") for word in definitions.findall(read_prose())} == {
        "helps",
        "hurts",
        "equivalent",
        "undecided",
    }
    left = definitions.sub("", read_prose()).replace("If it does, what does the help rest on", "")
    left = left.replace("neither help nor its absence", "").replace('"No help shown" is said only', "")
    assert DECISION_WORDS.findall(left) == []


def test_the_committed_findings_are_those_of_the_committed_report():
    report = ROOT / "reports" / "answer"
    if report.is_dir():
        assert render_findings(TEMPLATE, read_results(report)) == (ROOT / FINDINGS).read_text("utf-8"), (
            "run `aegan docs`"
        )
    else:
        assert not (ROOT / FINDINGS).exists()


def rows_of(text: str) -> list[list[str]]:
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]


@pytest.mark.parametrize("word", ["helps", "hurts", "equivalent", "undecided"])
def test_the_text_follows_the_table_whatever_it_says(results, word):
    methods = [("reconstruction", "gan"), ("reconstruction_r1", "gan_r1"), ("reconstruction", "warm_start")]
    primary = make_decisions({(*pair, name): word for pair in methods for name in ("cure", "fd", "overlap")})
    replications = make_decisions({(*methods[0], "fd"): "hurts"}, "replication", "fashion_mnist")
    text = render_findings(TEMPLATE, results._replace(decisions=pd.concat([primary, replications], ignore_index=True)))
    rows = rows_of(text)
    assert [row[3] for row in rows if row[0].startswith("reconstruction")] == [word] * 9 + ["hurts"]
    verdicts = re.findall(r"^- \*\*(H\d), .*?\.\*\* .*? \*\*(.*?)\*\*: ", text, re.MULTILINE)
    expected = {
        "helps": "Help shown",
        "hurts": "No help shown",
        "equivalent": "No help shown",
        "undecided": "Undecided",
    }
    assert verdicts == [(f"H{i}", expected[word]) for i in range(1, 6)]
    assert ("Nothing follows from these" in text) == (word == "undecided")
    assert text.count("the power to find an effect as large as the margin was 0.35") == 9 * (word == "undecided")
    assert ("Every primary comparison is decided." in text) == (word != "undecided")
    assert text.count("Against the claim") == 9 * (word == "hurts")
    explained = 1 if word == "undecided" else 10  # the replication is decided
    why = text.partition("## Why")[2].partition("## What does not")[0]
    assert len(re.findall(r"\((?:helps|hurts|equivalent), [^()]* (?:better|worse)\)", why)) == explained
    assert "figures/mechanism.svg" in text
    assert ("Unlike the primary comparison" in text) == (word in {"helps", "equivalent"})


def test_every_row_of_the_committed_tables_is_in_the_text_with_its_decision(results):
    text = render_findings(TEMPLATE, results)
    primary = results.decisions[results.decisions["family"] == "primary"]
    rows = [row for row in rows_of(text) if row[0] not in {"comparison", "---"}]
    assert [(row[0], row[3]) for row in rows] == [
        (f"{row.method} against {row.baseline}", row.decision) for row in primary.itertuples()
    ]
    assert "The study replicates no primary comparison." in text
    assert "{" not in text


def test_an_altered_number_changes_the_text(results):
    text = render_findings(TEMPLATE, results)
    decisions = results.decisions.copy()
    place = decisions.index[decisions["family"] == "primary"][0]
    decisions.loc[place, "effect"] = 0.7
    assert render_findings(TEMPLATE, results._replace(decisions=decisions)) != text
    config = {**results.config, "report": {**results.config["report"], "quality_margin": 0.3}}
    assert "0.3 decades of FD-cls" in render_findings(TEMPLATE, results._replace(config=config))


def test_a_study_in_which_nothing_is_against_the_claim_says_so(results):
    decisions = make_decisions({("reconstruction", "gan", "fd"): "helps"})
    verdicts = results.verdicts.assign(verdict="stable")
    text = render_findings(TEMPLATE, results._replace(decisions=decisions, verdicts=verdicts))
    assert "No primary comparison speaks against the claim" in text


def test_a_template_with_an_unknown_name_is_refused(results, tmp_path):
    template = tmp_path / "x.md.j2"
    template.write_text("{{ nothing }}", "utf-8")
    with pytest.raises(InputError, match="'nothing' is undefined"):
        render_findings(template, results)


def test_sizes_counts_and_costs_by_hand(results):
    cost = pd.DataFrame(
        {
            "dataset": "digits",
            "method": ["gan", "gan", "article", "article"],
            "seed": [4, 5, 4, 4],
            "phase": ["gan", "gan", "autoencoder", "gan"],
            "seconds": [10.0, 20.0, 200.0, 70.0],
        }
    )
    config = {"study": {"methods": ["gan", "article"], "datasets": ["digits"], "seeds": "4-5"}}
    assert describe_size(results._replace(cost=cost, config=config)) == (
        "2 methods on digits, 2 seeds (4-5), 3 trained GANs"
    )
    assert describe_cost(cost) == "5 min of training (100 s in the phase gan and 3.33 min in the phase autoencoder)"
    both = pd.concat([cost, cost.assign(method=cost["method"].replace({"article": "reconstruction"}))])
    elsewhere = both.assign(dataset="ring", seconds=1e6)
    checked = select_checked(results._replace(cost=pd.concat([both, elsewhere]), config=config))
    assert (
        describe_cost(checked)
        == "5.5 min of training (2.17 min in the phase gan and 3.33 min in the phase autoencoder)"
    )
    assert format_percent(0.05) == "5 %"
