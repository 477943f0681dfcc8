"""The page in a real browser: it is whole, silent on the console, and asks the network for nothing."""

import json
import shutil
import subprocess

import pytest

from aegan.figures.catalogue import FIGURES

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
