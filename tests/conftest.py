"""Settings of every test."""

import os
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings

# one thread: tests run beside each other, and results do not depend on it
os.environ["OMP_NUM_THREADS"] = "1"

# a slow machine is no failure
settings.register_profile("aegan", deadline=None)
settings.load_profile("aegan")


@pytest.fixture(scope="session")
def tiny():
    """Builders of tiny methods and data; test folders are no packages, so they are run from their path."""
    return SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "training" / "tiny.py")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: a file goes to one worker, and the last one should not be waited for."""
    items.sort(key=lambda item: "workflow" not in item.path.parts)
