"""The folder in which a chain of jobs has run."""

import runpy
from pathlib import Path

import pytest

RUN_CHAIN = runpy.run_path(str(Path(__file__).with_name("job_chain.py")))["run_chain"]


@pytest.fixture
def chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder in which the chain has run, from raw data to report; it is the working folder."""
    monkeypatch.chdir(tmp_path)
    RUN_CHAIN()
    return tmp_path
