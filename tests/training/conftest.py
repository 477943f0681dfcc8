import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

# Test folders are no packages, so the shared builders are run from their path.
TINY = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "training" / "tiny.py")))


@pytest.fixture(scope="session")
def tiny():
    return TINY
