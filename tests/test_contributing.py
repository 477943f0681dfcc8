"""What CONTRIBUTING.md says of adding a loss, done to a copy of the library."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: the loss is refused by no part of the house, and plays
USE = """
import sys
sys.path.insert(0, "tests/training")
import tiny, torch
from aegan.config.docs import readme
from aegan.config.methods import Method
from aegan.training.cohort import train

method = Method.model_validate({"role": "none", "loss": "relativistic_average"}).plain()
assert "`relativistic_average`: Relativistic average loss" in readme()
member, _ = tiny.recruits(tiny.method("bigan") | {"loss": method["loss"]})(0)
train(member, 3, [])
assert member.step == 3 and not member.divergence
"""

TEST_HEAD = """
import torch
from torch.nn.functional import softplus
from torch.testing import assert_close

from aegan.objectives.losses import relativistic_average

"""


@pytest.fixture
def extended(tmp_path):
    """A copy of the library and of its tests' tools, with the loss added as the document says, and its test."""
    loss, test = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)[:2]
    function, registration = loss.split("LOSSES = {..., ")
    for folder in ("src", "tests/training"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    losses = tmp_path / "src/aegan/objectives/losses.py"
    text = losses.read_text("utf-8")
    start = text.index("LOSSES: dict")
    registry = text[start:].replace("\n}", f"\n    {registration.strip().removesuffix('}')},\n}}")
    losses.write_text(f"{text[:start]}{function}\n{registry}", "utf-8")
    (tmp_path / "test_new_loss.py").write_text(TEST_HEAD + test, "utf-8")
    return tmp_path


@pytest.mark.slow
def test_adding_a_loss_is_one_function_one_line_and_one_test(extended):
    environment = os.environ | {"PYTHONPATH": str(extended / "src")}
    for command in (["-c", USE], ["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_new_loss.py"]):
        run = [sys.executable, *command]
        done = subprocess.run(run, cwd=extended, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
