"""What is shown of a run: in processes of their own, because standard error is exchanged."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import subprocess, sys, time
from pathlib import Path
from aegan.cli import progress_display
progress_display.PLAIN_SECONDS = 0.0
display = progress_display.ProgressDisplay(lambda: ["3 of 4 jobs done", "verdicts", "job"], quiet="--quiet" in sys.argv)
display.print("before")
display.start()
subprocess.run([sys.executable, "-c", "import sys; print('noise of a job', file=sys.stderr)"])
display.write_log("a rule")
display.show()
time.sleep(0.2)
display.print("failed: [b]draw[/b]", style="red")
display.stop()
display.print("after")
print("as ever", file=sys.stderr)
"""


@pytest.fixture
def program(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    source = str(Path(__file__).parents[2] / "src")
    return {
        "args": [sys.executable, "program.py"],
        "cwd": tmp_path,
        "env": os.environ | {"PYTHONPATH": source, "TERM": "xterm", "COLUMNS": "60"},
    }


def test_without_a_terminal_lines_are_plain_and_what_jobs_write_is_in_the_log(program, tmp_path):
    done = subprocess.run(**program, capture_output=True, text=True, check=True)
    expected = ["before", "3 of 4 jobs done", "verdicts", "failed: [b]draw[/b]", "after", "as ever"]
    assert done.stderr.splitlines() == expected
    assert (tmp_path / "logs" / "run.log").read_text("utf-8").splitlines() == ["noise of a job", "a rule"]


def test_quiet_hides_the_progress_and_no_error(program):
    done = subprocess.run(
        **program | {"args": [*program["args"], "--quiet"]}, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines() == ["before", "failed: [b]draw[/b]", "after", "as ever"]


def test_on_a_terminal_the_progress_is_kept_up_to_date_below_what_stays(program):
    ours, theirs = pty.openpty()
    subprocess.run(**program, stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    said = b""
    while chunk := read_terminal(ours):
        said += chunk
    os.close(ours)
    assert b"3 of 4 jobs done" in said
    assert b"noise of a job" not in said
    assert b"\x1b[2K" in said  # lines that are replaced
    assert b"3 of 4 jobs done" not in said[said.index(b"after") :]


def read_terminal(terminal):
    """Read what was written to a terminal; nothing at its end, which Linux reports as an error."""
    try:
        return os.read(terminal, 1000)
    except OSError:
        return b""
