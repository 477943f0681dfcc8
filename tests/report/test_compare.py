"""Reports held against each other: what is said to have changed, and what is not."""

import copy
import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from aegan.cli.main import app
from aegan.cli.report_archive import load_report, write_comparison
from aegan.errors import InputError
from aegan.figures.registry import FIGURES
from aegan.metrics.registry import METRIC_LABELS
from aegan.report import compare as comparing
from aegan.report.compare import compare_reports, render_comparison
from aegan.report.differences import compare_settings
from aegan.report.page import render_report
from aegan.storage import write_text
from aegan.tables import name_table_file, write_table

ORIGIN = {"versions": {"torch": "2.11.0"}, "data set digits": {"sha256": "aa"}, "code": ["c0de"]}
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"><rect width="8" height="4" fill="{}"/></svg>'


def quality(values, metric="fd", seeds=range(4), method="gan", dataset="digits", space="classifier"):
    cell = {"dataset": dataset, "method": method, "space": space, "metric": metric, "floor": 0.0, "n": 9}
    return pd.DataFrame([cell | {"seed": seed, "value": value} for seed, value in zip(seeds, values, strict=True)])


def tables(dataset="digits"):
    verdict = {"dataset": dataset, "method": "gan", "network": "generator", "verdict": "stable"}
    decision = {
        "dataset": dataset, "method": "latent", "baseline": "gan", "outcome": "FD-cls",
        "effect": 0.1, "low": -0.2, "high": 0.3, "decision": "undecided", "family": "primary",
        "differs": "",
    }  # fmt: skip
    return {
        "quality": quality([1.0, 1.0, 1.0, 1.0], dataset=dataset),
        "verdicts": pd.DataFrame([verdict | {"seed": seed} for seed in range(4)]),
        "decisions": pd.DataFrame([decision]),
    }


@pytest.fixture(scope="module")
def bare(study):
    """Give a study whose page has the sections of any, and nothing in them."""
    shown = {field.name: getattr(study, field.name) for field in dataclasses.fields(study)}
    empty = {name: value.iloc[:0] for name, value in shown.items() if isinstance(value, pd.DataFrame)}
    return dataclasses.replace(study, **empty, samples={}, originals={}, reconstructions={})


@pytest.fixture(scope="module")
def page(bare):
    """Give the function that writes the page of a report, the same again at once."""

    @cache
    def writing(settings):
        config, origin = json.loads(settings)
        return render_report(bare, dict.fromkeys(FIGURES, "<svg/>"), origin, config, [])

    return lambda config, origin: writing(json.dumps([config, origin]))


@pytest.fixture
def write(page, config):
    """Give the function that writes a tiny report as `snakemake report` does."""

    def writing(folder, content, config=config, origin=ORIGIN, colour="red"):
        for name, table in content.items():
            write_table(folder / f"{name}.csv", table)
        write_text(folder / "index.html", page(config, origin))
        write_text(folder / "figures" / "samples.svg", PICTURE.format(colour))
        return folder

    return writing


@pytest.fixture
def old(write, tmp_path):
    return write(tmp_path / "reports" / "old", tables())


@pytest.fixture
def new(write, tmp_path, config):
    """Write a report of which one thing of each kind has changed."""
    content = tables()
    content["quality"] = quality([10.0, 10.0, 10.0, 10.0])
    content["verdicts"].loc[2, "verdict"] = "vanishing"
    content["decisions"].loc[0, ["effect", "low", "high", "decision"]] = [0.5, 0.2, 0.7, "helps"]
    settings = copy.deepcopy(config)
    settings["report"]["alpha"] = 0.01
    origin = ORIGIN | {"code": ["beef"], "versions": {"torch": "2.12.0"}}
    return write(tmp_path / "reports" / "new", content, settings, origin, "blue")


def read(*folders):
    return [load_report(str(folder)) for folder in folders]


def rows(comparison, caption):
    return next((table.rows for table in comparison.tables if table.caption == caption), None)


def test_configuration_and_provenance_are_read_back_from_the_page(old, config):
    (report,) = read(old)
    assert report.config == config
    assert {key: report.origin[key] for key in ("versions.torch", "data set digits.sha256", "code")} == {
        "versions.torch": "2.11.0",
        "data set digits.sha256": "aa",
        "code": "['c0de']",
    }


def test_of_identical_reports_nothing_is_said_to_have_changed(old, tmp_path):
    twin = Path(shutil.copytree(old, tmp_path / "twin"))
    (comparison,) = compare_reports(read(old, twin), METRIC_LABELS)
    assert comparison.findings == ["Nothing changed."]
    assert [table.caption for table in comparison.tables] == ["All metrics"]
    assert comparison.overlays == []
    assert comparison.notes == [f"The same in both: {FIGURES['samples'].title}."]


def test_each_kind_of_change_is_found_and_no_other(old, new):
    first, second = read(old, new)
    assert compare_settings(first, second).to_numpy().tolist() == [
        ["code", "code", "['c0de']", "['beef']"],
        ["configuration", "report.alpha", "0.05", "0.01"],
        ["versions", "versions.torch", "2.11.0", "2.12.0"],
    ]
    (comparison,) = compare_reports([first, second], METRIC_LABELS)
    assert comparison.findings == [
        "Primary comparisons: 1 of 1 moved.",
        "Verdicts: 1 changed.",
        "Entries that changed: 1 of code, 1 of configuration and 1 of versions.",
        "Metrics: 1 of 1 differ.",
        "Figures: 1 changed.",
    ]
    assert rows(comparison, "Changed verdicts") == [["digits", "gan", "2", "generator", "stable", "vanishing"]]
    (decision,) = rows(comparison, "Decisions that moved")
    assert decision == ["digits", "latent", "gan", "FD-cls", "primary", "undecided", "+0.1", "helps", "+0.5"]
    (metric,) = rows(comparison, "Metrics that differ")
    assert metric == ["digits", "classifier", "FD-cls", "gan", "1", "10", "−1", "decades", "4 pairs"]


def test_a_metric_whose_interval_excludes_zero_moves_no_decision_that_the_reports_did_not_change(old, write, tmp_path):
    content = tables()
    content["quality"] = quality([10.0, 11.0, 12.0, 13.0])
    content["decisions"] = pd.concat([content["decisions"], content["decisions"].assign(baseline="gan_r1")])
    (comparison,) = compare_reports(read(old, write(tmp_path / "other", content)), METRIC_LABELS)
    assert comparison.findings == ["Primary comparisons: none of 1 moved, 1 new.", "Metrics: 1 of 1 differ."]
    assert rows(comparison, "Decisions that moved") is None
    page = render_comparison(read(old, tmp_path / "other"), METRIC_LABELS)
    assert not re.search(r"\b(better|worse)\b", page.partition("</header>\n<section")[2].partition("<script>")[0])


def test_decisions_are_counted_by_family_and_what_is_no_evidence_apart(old, write, tmp_path):
    """A secondary decision that moves must not look like a finding that does."""
    content = tables()
    extra = [content["decisions"].assign(outcome=name, family="secondary") for name in ("coverage", "recall")]
    extra[1] = extra[1].assign(differs="D sees codes")
    content["decisions"] = pd.concat([content["decisions"], *extra])
    first = write(tmp_path / "first", content)
    content["decisions"] = pd.concat([content["decisions"].iloc[:1], *(own.assign(decision="helps") for own in extra)])
    (comparison,) = compare_reports(read(first, write(tmp_path / "second", content)), METRIC_LABELS)
    assert comparison.findings == [
        "Primary comparisons: none of 1 moved.",
        "Secondary comparisons: 1 of 1 moved.",
        "Comparisons that are not evidence about the role: 1 of 1 moved.",
    ]
    families = [row[4] for row in rows(comparison, "Decisions that moved")]
    assert families == ["secondary", "not evidence about the role"]


def test_what_only_one_report_has_is_new_or_gone_and_not_flipped(old, write, tmp_path):
    content = tables()
    content["verdicts"] = content["verdicts"].iloc[1:].assign(network=["generator", "generator", "critic"])
    content["quality"] = content["quality"].iloc[:0]
    (comparison,) = compare_reports(read(old, write(tmp_path / "less", content)), METRIC_LABELS)
    assert comparison.findings == ["Primary comparisons: none of 1 moved.", "Verdicts: 2 gone and 1 new."]
    assert comparison.tables == []


def test_names_are_escaped_and_the_page_loads_nothing(write, tmp_path, config):
    evil = "<script>alert(1)<"
    content = tables(evil)
    first = write(tmp_path / evil, content, config | {evil: evil})
    content["verdicts"]["verdict"] = evil
    second = write(tmp_path / "b", content, config, {evil: evil}, "blue")
    html = render_comparison(read(first, second), METRIC_LABELS)
    assert re.findall("<script[^>]*>.", html) == ["<script>/"]  # the page's own, which begins with a comment
    assert "&lt;script&gt;alert(1)&lt;" in html
    sources = re.findall('src="([^"]*)"', html)
    assert len(sources) == 2
    assert all(source.startswith("data:image/svg+xml,") for source in sources)
    assert not re.search(r"url\(|@import|<link|<iframe", html)


class Tags(HTMLParser):
    """Collects the tags of a page with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_three_reports_are_each_compared_with_the_first_and_every_image_has_its_words(old, new, write, tmp_path):
    third = write(tmp_path / "third", tables(), colour="green")
    reports = read(old, new, third)
    assert [comparison.name for comparison in compare_reports(reports, METRIC_LABELS)] == [str(new), str(third)]
    assert compare_reports(reports, METRIC_LABELS)[1].findings == [
        "Primary comparisons: none of 1 moved.",
        "Figures: 1 changed.",
    ]
    tags = Tags(render_comparison(reports, METRIC_LABELS)).found
    assert [attrs["id"] for tag, attrs in tags if tag == "section"] == ["report-1", "report-2"]
    title = FIGURES["samples"].title
    assert [attrs["alt"] for tag, attrs in tags if tag == "img"] == [
        f"{title}, in {report}" for report in (old, new, old, third)
    ]
    assert len([attrs for tag, attrs in tags if tag == "input" and attrs["aria-label"]]) == 2


def test_figures_beyond_the_room_are_named_instead(old, new, monkeypatch):
    monkeypatch.setattr(comparing, "MAX_FIGURE_BYTES", 10)
    (comparison,) = compare_reports(read(old, new), METRIC_LABELS)
    assert comparison.overlays == []
    assert comparison.notes == [f"Left out, because the page would exceed 10 MB: {FIGURES['samples'].title}."]


@pytest.mark.parametrize("file", ["index.html", "quality.csv", "verdicts.csv", "decisions.csv"])
def test_a_file_that_is_not_there_is_named_with_what_makes_it(old, file):
    (old / file).unlink()
    named = file if file == "index.html" else name_table_file(Path(file).stem)  # as this version would write it
    with pytest.raises(InputError, match=re.escape(f"{old}/{named}: is not there.") + ".*snakemake report"):
        load_report(str(old))


def test_files_that_are_not_a_reports_are_named(old):
    table = tables()["verdicts"]
    write_table(old / "verdicts.csv", pd.concat([table, table]))
    with pytest.raises(InputError, match=r"verdicts\.csv: holds digits, gan, 0, generator twice"):
        load_report(str(old))
    write_table(old / "verdicts.csv", table.drop(columns="verdict"))
    with pytest.raises(InputError, match=r"verdicts\.csv: has no column verdict"):
        load_report(str(old))
    write_text(old / "verdicts.csv", table.to_csv(index=False))
    write_text(old / "index.html", "<p>Hello")
    with pytest.raises(InputError, match=r"index\.html: contains no configuration"):
        load_report(str(old))


def test_one_report_is_too_few(old):
    with pytest.raises(InputError, match="1 report to compare"):
        render_comparison(read(old), METRIC_LABELS)


@pytest.fixture
def repository(old, new, tmp_path, monkeypatch):
    """Give a repository of two commits, whose quickstart is the old report and then the new one."""

    def git(*arguments):
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    quickstart = tmp_path / "reports" / "quickstart"
    git("init", "--quiet")
    for version in (old, new):
        shutil.copytree(version, quickstart, dirs_exist_ok=True)
        git("add", "reports/quickstart")
        git("commit", "--quiet", "--message", version.name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_revisions_are_read_out_of_git_and_leave_the_folder_alone(repository, old, monkeypatch):
    before = {path: path.read_bytes() for path in repository.glob("reports/**/*") if path.is_file()}
    (comparison,) = compare_reports(read("HEAD~1", "HEAD:reports/quickstart"), METRIC_LABELS)
    assert comparison.name == "HEAD:reports/quickstart"
    assert "Verdicts: 1 changed." in comparison.findings
    assert compare_reports(read("HEAD", "reports/quickstart"), METRIC_LABELS)[0].findings == ["Nothing changed."]
    assert compare_reports(read(old, "HEAD~1"), METRIC_LABELS)[0].findings == ["Nothing changed."]
    assert {path: path.read_bytes() for path in repository.glob("reports/**/*") if path.is_file()} == before
    monkeypatch.chdir(repository / "reports")
    assert "Verdicts: 1 changed." in compare_reports(read("HEAD~1", "quickstart"), METRIC_LABELS)[0].findings


def test_a_revision_alone_is_that_of_the_folder_beside_it(repository, monkeypatch):
    shutil.copytree("reports/quickstart", "reports/other")
    subprocess.run(["git", "add", "reports/other"], check=True)
    commit = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--message", "other"]
    subprocess.run(commit, check=True)

    def names(*given):
        write_comparison(given, Path("page.html"))
        page = Path("page.html").read_text("utf-8")
        return [name for name in ("HEAD:reports/other", "HEAD:reports/quickstart") if name in page]

    assert names("HEAD", "reports/other") == ["HEAD:reports/other"]
    assert names("HEAD", str(repository / "reports" / "other")) == ["HEAD:reports/other"]
    assert names("HEAD", "HEAD~1") == ["HEAD:reports/quickstart"]
    monkeypatch.chdir(repository / "reports")
    assert names("HEAD", "other/") == ["HEAD:reports/other"]


@pytest.mark.parametrize(
    "name", ["reports/nowhere", "nowhere", "HEAD:reports/other", "HEAD:reports/quickstart/quality.csv", "--output=x"]
)
def test_what_is_neither_a_folder_nor_a_report_in_git_is_named(repository, name):
    with pytest.raises(
        InputError, match=r"is neither a folder nor a report in Git \(.*\)\. Give a folder, REV"
    ) as found:
        load_report(name)
    assert found.value.where.startswith(name)
    assert not (repository / "x").exists()


@pytest.mark.slow
def test_a_report_that_dvc_tracks_is_read_through_dvc(repository, old, new, monkeypatch):
    """A report too large for Git, added to DVC twice; its older version lies in the cache alone."""

    def run(*command):
        who = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "t@t")
        subprocess.run(command, cwd=repository, check=True, capture_output=True, env=os.environ | who)

    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    run("dvc", "init", "--quiet")
    for version in (old, new):
        shutil.copytree(version, repository / "reports" / "large", dirs_exist_ok=True)
        run("dvc", "add", "--quiet", "reports/large")
        run("git", "add", ".dvc", "reports/large.dvc", "reports/.gitignore")
        run("git", "commit", "--quiet", "--message", version.name)
    (comparison,) = compare_reports(read("HEAD~1:reports/large", "HEAD:reports/large"), METRIC_LABELS)
    assert "Verdicts: 1 changed." in comparison.findings
    assert compare_reports(read(old, "HEAD~1:reports/large"), METRIC_LABELS)[0].findings == ["Nothing changed."]
    shutil.rmtree(repository / ".dvc" / "cache")
    with pytest.raises(InputError, match=r"^HEAD~1:reports/large: is neither a folder nor a report in Git \(.*large"):
        load_report("HEAD~1:reports/large")


def test_a_file_that_a_revision_lacks_is_named_as_the_user_called_it(repository):
    subprocess.run(["git", "rm", "--quiet", "reports/quickstart/quality.csv"], check=True)
    commit = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--message", "less"]
    subprocess.run(commit, check=True)
    with pytest.raises(InputError, match=r"^HEAD:reports/quickstart/quality\.csv: is not there"):
        load_report("HEAD")


def test_the_command_writes_the_page_or_says_what_is_missing(repository):
    done = CliRunner().invoke(app, ["compare", "HEAD~1", "reports/quickstart", "--to", "made/page.html"])
    assert (done.exit_code, done.output) == (0, "wrote made/page.html\n")
    assert "Verdicts: 1 changed." in (repository / "made" / "page.html").read_text("utf-8")
    (repository / "reports" / "quickstart" / "decisions.csv").unlink()
    done = CliRunner().invoke(app, ["compare", "HEAD", "reports/quickstart", "--to", "none.html"])
    assert done.exit_code == 1
    assert "reports/quickstart/decisions.csv: is not there" in done.output
    assert not (repository / "none.html").exists()


@pytest.mark.slow
def test_in_a_browser_the_slider_obeys_the_keys_silently_and_offline(browser, old, new, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(render_comparison(read(old, new), METRIC_LABELS), encoding="utf-8")
    browser.look(420)
    browser.open(page)
    browser.ask("document.querySelector('.overlay input').focus()")
    cuts = "[...document.querySelectorAll('.stage img')].map((image) => getComputedStyle(image).clipPath).join()"
    assert re.findall(r"\d+%", browser.ask(cuts)) == ["50%", "50%"]
    browser.press(*["ArrowLeft"] * 20)
    assert re.findall(r"\d+%", browser.ask(cuts)) == ["70%", "30%"]
    # a figure keeps a size that can be read, and scrolls; the page does not
    assert browser.ask("document.querySelector('.stage img').clientWidth") >= 600
    assert browser.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert (browser.said, browser.requests) == ([], [])
