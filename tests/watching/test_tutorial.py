"""The tutorial and the example of the README run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: what the example of the README leaves to its reader: networks, optimisers, and a loop
LOOP = """
import torch
from torch import nn
from torch.nn.functional import softplus

G = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 4))
D = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
opt_G, opt_D = (torch.optim.Adam(net.parameters()) for net in (G, D))


def train_one_round():
    fake = G(torch.randn(8, 2))
    logits_real, logits_fake = D(torch.rand(8, 4)), D(fake.detach())
    loss_D = softplus(-logits_real).mean() + softplus(logits_fake).mean()
    opt_D.zero_grad()
    loss_D.backward()
    opt_D.step()
    loss_G = softplus(-D(fake)).mean()
    opt_G.zero_grad()
    loss_G.backward()
    opt_G.step()
    return loss_G, loss_D, logits_real, logits_fake


rounds = 3
"""

#: a warning of the user's own program would be an error of the page
STRICT = ("-W", "error::UserWarning")


def run(program, folder, *options, beside=""):
    """Run a program as a user would, in an empty folder; libraries may be beside the environment."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), beside])}
    command = [sys.executable, *options, "-c", program]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def blocks(page):
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", ["docs/watch.md"])
def test_the_tutorial_runs(page, tmp_path):
    said = run("\n".join(blocks(page)), tmp_path, *STRICT)
    assert "the gradient of the term rec is 0 in layer 0 in all 9 probed rounds" in said
    for name in ("healthy", "leak", "sigmoids"):
        assert (tmp_path / "runs" / name / "report.html").stat().st_size > 50_000
    assert (tmp_path / "runs" / "rounded" / "history.csv").is_file()


def test_the_page_of_adapters_runs(beside, tmp_path):
    for name in ("lightning", "accelerate", "tensorboard"):
        beside(name)
    said = run("\n".join(blocks("docs/adapters.md")), tmp_path, beside=str(Path(sys.prefix) / "oracles"))
    assert re.findall(r"(\w+) +stable", said) == ["generator", "discriminator"]
    for name in ("lightning", "accelerate"):
        assert "<h1>" in (tmp_path / "runs" / name / "report.html").read_text("utf-8")
    assert list((tmp_path / "runs" / "accelerate" / "trackers" / "tensorboard" / "accelerate").glob("events*"))


def test_the_three_lines_of_the_readme_run_as_they_stand(tmp_path):
    (example,) = [block for block in blocks("README.md") if "aegan.watch" in block]
    lines = [line for line in example.splitlines() if line.split("#")[0].strip()]
    assert sum("watch" in line for line in lines) == 3
    run(LOOP + example, tmp_path, *STRICT)
    assert "<h1>" in (tmp_path / "runs" / "mine" / "report.html").read_text("utf-8")
