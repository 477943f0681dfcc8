import runpy
from pathlib import Path

import pytest

# The made-up study belongs to the figures' tests; test folders are no packages, so it is run from its path.
BUILD = runpy.run_path(str(Path(__file__).parents[1] / "figures" / "synthetic.py"))["build"]


@pytest.fixture(scope="session")
def build():
    return BUILD


@pytest.fixture(scope="session")
def study():
    return BUILD()
