import runpy
from pathlib import Path

import pytest

BUILD = runpy.run_path(str(Path(__file__).with_name("synthetic.py")))["build"]


@pytest.fixture(scope="session")
def build():
    return BUILD


@pytest.fixture(scope="session")
def study():
    return BUILD()


@pytest.fixture(scope="session")
def small():
    return BUILD(methods=("gan", "latent"), seeds=[0, 4], steps=4, slim=True)
