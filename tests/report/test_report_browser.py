"""The page in a real browser: it is whole, silent on the console, and asks the network for nothing."""

import json
import re
import shutil
import subprocess

import pytest

from aegan.figures.catalogue import FIGURES
from aegan.report.parts import fingerprint

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--v=0",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome is installed")]


def visit(page, folder):
    """Open a page; return its document, the lines of its console, and the addresses it asked for."""
    log = folder / "net.json"
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--dump-dom"]
    done = subprocess.run(
        [*command, page.as_uri()], capture_output=True, text=True, encoding="utf-8", timeout=120, check=True
    )
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, console, asked_for(json.loads(log.read_text(encoding="utf-8")))


def asked_for(log):
    """List the addresses in a net log whose request a page made; the browser's own have no initiator."""
    kinds = log["constants"]["logEventTypes"]
    starts = [event for event in log["events"] if event["type"] == kinds["URL_REQUEST_START_JOB"]]
    params = [event["params"] for event in starts if "url" in event.get("params", {})]
    return [found["url"] for found in params if found.get("initiator", "not an origin") != "not an origin"]


def test_the_report_is_whole_silent_and_offline(html, tmp_path):
    page = tmp_path / "index.html"
    page.write_text(html, encoding="utf-8")
    document, console, requests = visit(page, tmp_path)
    assert document.count('src="data:image/svg+xml;base64,') == len(FIGURES)
    assert document.rstrip().endswith("</html>")
    assert 'id="reproduce"' in document
    assert console == []
    assert requests == []


def test_a_page_that_loads_and_fails_is_noticed(tmp_path):
    page = tmp_path / "index.html"
    page.write_text('<img src="https://example.org/a.png"><script>console.error("broken")</script>', encoding="utf-8")
    _, console, requests = visit(page, tmp_path)
    assert "broken" in console[0]
    assert requests == ["https://example.org/a.png"]


#: what a reader does, in the page: press headers, write into a filter, open and close a figure; then what is seen
READER = """
const table = (word) => [...document.querySelectorAll("table")].find((t) => t.caption?.textContent.includes(word));
const column = (of, name) => [...of.tHead.rows[0].cells].findIndex((h) => h.textContent === name);
const press = (of, name) => {
  const header = of.tHead.rows[0].cells[column(of, name)];
  header.querySelector("button").click();
  return header.ariaSort;
};
const shown = (of, name) =>
  [...of.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[column(of, name)].textContent);
const seen = {};
const comparisons = table("Every comparison"), verdicts = table("Every verdict");
seen.up = [press(comparisons, "effect"), shown(comparisons, "effect")];
seen.down = [press(comparisons, "effect"), shown(comparisons, "effect")];
seen.other = [press(comparisons, "method"), shown(comparisons, "method")];
seen.sorted = [...comparisons.querySelectorAll("[aria-sort]")].map((header) => header.textContent);
press(verdicts, "since step");
seen.missing = shown(verdicts, "since step");
press(verdicts, "since step");
seen.missing_down = shown(verdicts, "since step");
const box = verdicts.closest("details").querySelector(".filter");
const field = box.querySelector("input"), count = box.querySelector("[aria-live=polite]");
const write = (words) => { field.value = words; field.dispatchEvent(new Event("input")); return count.textContent; };
seen.label = field.labels[0].textContent;
seen.counts = [count.textContent, write("Latent  diverged"), write("nowhere"), write("")];
write("latent generator");
seen.filtered = shown(verdicts, "method");
const link = document.querySelector("#figure-samples a[title=Enlarge]");
link.focus();
link.click();
const dialog = document.querySelector("dialog");
seen.opened = [dialog.open, dialog.matches(":modal"), dialog.querySelector("h2").textContent, location.hash];
seen.same = dialog.querySelector("img").src === link.querySelector("img").src;
seen.alt = dialog.querySelector("img").alt === link.querySelector("img").alt;
dialog.requestClose();
seen.closed = [dialog.open, document.activeElement === link];
const displayed = () => [verdicts.querySelector("tr[hidden]"), box].map((part) => getComputedStyle(part).display);
seen.hidden = displayed();
const printed = [...document.styleSheets[0].cssRules].find((rule) => rule.media?.mediaText === "print").cssRules;
const style = [...printed].map((rule) => rule.cssText).join("\\n");
document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
seen.paper = displayed();
document.body.append(Object.assign(document.createElement("pre"), { id: "seen", textContent: JSON.stringify(seen) }));
"""


@pytest.fixture(scope="module")
def seen(html, tmp_path_factory):
    """What a reader sees who uses the page; the page's policy must allow the script that plays the reader."""
    folder = tmp_path_factory.mktemp("reader")
    page = folder / "index.html"
    driven = html.replace("script-src ", f"script-src {fingerprint(READER)} ")
    page.write_text(driven.replace("</body>", f"<script>{READER}</script></body>"), encoding="utf-8")
    document, console, requests = visit(page, folder)
    assert (console, requests) == ([], [])
    return json.loads(re.search(r'<pre id="seen">(.*?)</pre>', document, re.DOTALL)[1])


def numbers(texts):
    return [float(text.replace("\u2212", "-")) for text in texts]


def test_a_header_sorts_its_column_up_and_down(seen):
    for way, sign, order in (("up", 1, "ascending"), ("down", -1, "descending")):
        said, effects = seen[way]
        assert said == order
        assert numbers(effects) == sorted(numbers(effects), key=lambda value: sign * value)
    assert numbers(seen["up"][1])[0] < -1 < 1 < numbers(seen["up"][1])[-1]
    assert seen["other"][1] == sorted(seen["other"][1])
    assert seen["sorted"] == ["method"]  # one column at a time says that it is sorted


def test_what_is_missing_is_last_in_either_direction(seen):
    for key, order in (("missing", 1), ("missing_down", -1)):
        steps = [text for text in seen[key] if text != "–"]
        assert numbers(steps) == sorted(numbers(steps), key=lambda value: order * value)
        assert set(seen[key][len(steps) :]) == {"–"}


def test_a_filter_keeps_rows_with_every_word_and_counts_them(seen, study):
    verdicts = study.verdicts
    diverged = verdicts[(verdicts["method"] == "latent") & (verdicts["verdict"] == "diverged")]
    assert seen["label"] == "Rows with"
    assert seen["counts"] == [
        f"{len(verdicts)} rows",
        f"{len(diverged)} of {len(verdicts)} rows",
        f"0 of {len(verdicts)} rows",
        f"{len(verdicts)} rows",
    ]
    assert set(seen["filtered"]) == {"latent"}


def test_a_figure_opens_in_place_and_gives_the_focus_back(seen):
    assert seen["opened"] == [True, True, FIGURES["samples"].title, ""]
    assert seen["same"]
    assert seen["alt"]
    assert seen["closed"] == [False, True]


def test_no_script_but_the_pages_own_may_run(html, tmp_path):
    page = tmp_path / "index.html"
    evil = "<script>document.title = 'taken over'</script></body>"
    page.write_text(html.replace("</body>", evil), encoding="utf-8")
    document, console, _ = visit(page, tmp_path)
    assert "taken over</title>" not in document
    assert "Content Security Policy" in console[0]
    assert 'class="filter"' in document


def test_paper_shows_every_row_and_no_control(seen):
    assert seen["hidden"] == ["none", "flex"]
    assert seen["paper"] == ["table-row", "none"]
