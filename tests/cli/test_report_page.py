"""What is read from a report's page, and what it is compared with in Git."""

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aegan.cli.main import app
from aegan.cli.report_page import ReportPage, check_report_freeze, read_page
from aegan.errors import InputError
from aegan.pipeline.ro_crate import build_crate
from aegan.storage import write_json, write_text

PAGE = """<section id="other"><pre>title: wrong</pre></section>
<section id="provenance"><table><tr><th>key</th><td>value</td></tr><tr><td>commits</td><td>[{commits}]</td></tr></table>
<pre>study: {{name: tiny}}</pre><pre>later: true</pre></section>
<section id="reproduce"><h2>x</h2><pre>snakemake{command}
</pre></section>"""
CONFIG = """
study:
  {name: tiny, datasets: [digits], methods: [gan, warm_start], primary: {comparisons: [warm_start], endpoints: [fd]}}
datasets: {digits: {source: digits}}
autoencoders: {dense: {architecture: dense}}
gan: {latent: 32}
methods: {gan: {role: none}, warm_start: {role: warm_start, autoencoder: dense}}
"""
REPORT = Path("reports/tiny")


def make_page(*commits: str, command: str = "") -> str:
    return PAGE.format(commits=", ".join(map(repr, commits)), command=command)


def test_config_commits_and_overlays_are_read_from_their_sections():
    page = ReportPage(make_page("1" * 40, "not in Git", command=" --configfile &#39;my study.yaml&#39; b.yaml"))
    assert page.parse_config() == {"study": {"name": "tiny"}}
    assert page.list_commits() == ["1" * 40, "not in Git"]
    assert page.list_overlays() == [Path("my study.yaml"), Path("b.yaml")]
    bare = ReportPage("<p>old</p>")
    assert (bare.parse_config(), bare.list_commits(), bare.list_overlays()) == (None, [], [])


def test_a_report_without_a_page_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"index\.html: is not there"):
        read_page(tmp_path)


@pytest.mark.parametrize("page", [None, b"\xff", make_page("1" * 40, command=" 'torn").encode()])
def test_a_damaged_page_tells_nothing_because_its_hash_does(page, tmp_path):
    if page:
        (tmp_path / "index.html").write_bytes(page)
    assert check_report_freeze(tmp_path) is None


@pytest.fixture
def committed(tmp_path, monkeypatch):
    """Give the commit of a config with an overlay, in the working folder."""
    monkeypatch.chdir(tmp_path)
    write_text("config/config.yaml", CONFIG)
    write_text("more.yaml", "report: {quality_margin: 0.1}")
    person = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for arguments in (["init", "-q"], ["add", "--all"], [*person, "commit", "-q", "-m", "x"]):
        subprocess.run(["git", *arguments], check=True)
    return subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


def test_verify_says_whether_the_config_of_the_report_changed_after_its_runs(committed):
    write_json(REPORT / "ro-crate-metadata.json", build_crate("tiny", {}, REPORT))

    def verify(page: str):
        write_text(REPORT / "index.html", page)
        done = CliRunner().invoke(app, ["verify", str(REPORT)])
        return done.exit_code, done.output

    own = make_page(committed, command=" --configfile more.yaml")
    status, text = verify(own)
    assert (status, "was frozen before the first run had finished" in text) == (0, True)
    assert verify(make_page("0" * 40))[0] == 0
    assert "cannot be told" in verify(make_page("0" * 40))[1]
    assert verify("<p>old</p>") == (0, "0 files of 0 jobs checked: no problems found\n")
    write_text("more.yaml", "report: {quality_margin: 0.2}")
    status, text = verify(own)
    assert (status, f"report.quality_margin had other values at commit {committed[:10]}" in text) == (1, True)
    assert verify(make_page(committed))[0] == 0  # without the overlay, nothing changed


def test_a_folder_without_any_config_tells_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_text(REPORT / "index.html", make_page("1" * 40))
    assert check_report_freeze(REPORT) is None
