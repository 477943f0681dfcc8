"""Two processes, one training: what they end with is what one process would have."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch.testing import assert_close

from aegan.training.cohort import train
from aegan.training.cost import flops_per_round
from aegan.training.data_parallel import _DrawOwnRows

#: methods whose losses are means over rows, and so the same however a batch is cut
SEPARABLE = {
    "plain": {},
    "often": {"loss": "wasserstein", "discriminator_moves": 3, "constraint": {"name": "clip"}},
    "penalised": {"loss": "hinge", "penalty": {"name": "gp"}},
    "remembering": {"loss": "hinge", "penalty": {"name": "lecam"}},
    "viewed": {"loss": "non_saturating", "augmentations": [{"name": "diffaugment"}, {"name": "instance_noise"}]},
    "labelled": {"role": "projection", "loss": "hinge"},
    "coded": {"role": "latent"},
    "averaged": {"role": "vae_gan", "ema_decay": 0.9},
}


@pytest.fixture(scope="module")
def methods(tiny):
    spectral = {"name": "dense", "width": 8, "depth": 1, "normalisation": "spectral"}
    batch = {"name": "dense", "width": 8, "depth": 1, "normalisation": "batch"}
    return {name: tiny.method(**method) for name, method in SEPARABLE.items()} | {
        "spectral": tiny.method(discriminator=spectral),
        "normalised": tiny.method(generator=batch),
        "diverging": tiny.method(loss="wasserstein", optimiser={"name": "sgd", "learning_rate": 1e30}),
        "last": tiny.method(),
    }


@pytest.fixture(scope="module")
def worker_folder(methods, tmp_path_factory) -> Path:
    """Let two processes train every method; return the folder of what they leave."""
    folder = tmp_path_factory.mktemp("workers")
    (folder / "methods.json").write_text(json.dumps(methods), "utf-8")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run(
        [*torchrun, Path(__file__).parent / "distributed_worker.py", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder


def alone(tiny, method):
    member, observers = tiny.member_factory(method)(0)
    train(member, method["rounds"], observers)
    return member


@pytest.mark.parametrize("name", [*SEPARABLE, "spectral"])
def test_two_halves_of_a_batch_make_the_step_of_the_whole(tiny, methods, worker_folder, name):
    whole = tiny.weights(alone(tiny, methods[name]).game)
    start = tiny.weights(tiny.member_factory(methods[name])(0)[0].game)
    assert not tiny.identical(start, whole)
    assert_close(load_file(worker_folder / f"{name}-0.safetensors"), whole, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", [*SEPARABLE, "spectral", "normalised", "resumed"])
def test_processes_stay_equal_bit_for_bit(tiny, worker_folder, name):
    assert tiny.identical(*(load_file(worker_folder / f"{name}-{rank}.safetensors") for rank in range(2)))


def test_a_training_taken_up_again_ends_as_one_that_was_not_interrupted(tiny, worker_folder):
    assert tiny.identical(
        load_file(worker_folder / "resumed-0.safetensors"), load_file(worker_folder / "last-0.safetensors")
    )


def test_all_see_a_divergence_at_once(tiny, methods, worker_folder):
    (first, second) = (json.loads((worker_folder / f"diverging-{rank}.json").read_text("utf-8")) for rank in range(2))
    assert first == second
    assert first[:3] == [*alone(tiny, methods["diverging"]).divergence[:3]]


def test_the_work_of_all_is_counted(tiny, methods, worker_folder):
    assert int((worker_folder / "flops-0").read_text()) == flops_per_round(tiny.member_factory(methods["last"])(0)[0])


@pytest.mark.parametrize(
    "draw",
    [
        lambda n, rng: torch.randn(n, 3, generator=rng),
        lambda n, rng: torch.rand((n, 3), generator=rng),
        lambda n, rng: torch.rand(torch.Size([n, 3]), generator=rng),
        lambda n, rng: torch.randint(5, (n, 2), generator=rng),
        lambda n, rng: torch.randint(-2, 5, (n, 2), generator=rng),
        lambda n, rng: torch.multinomial(torch.ones(4), n, replacement=True, generator=rng),
    ],
)
def test_a_share_of_the_draws_is_a_piece_of_the_draws_of_all(monkeypatch, draw):
    from aegan.training import data_parallel

    whole = draw(8, torch.Generator().manual_seed(0))
    monkeypatch.setattr(data_parallel, "world_size", lambda: 2)
    for rank in range(2):
        monkeypatch.setattr(data_parallel, "global_rank", lambda rank=rank: rank)
        with _DrawOwnRows(4):
            assert torch.equal(draw(4, torch.Generator().manual_seed(0)), whole[4 * rank : 4 * rank + 4])
            other = torch.randn(3, generator=torch.Generator().manual_seed(0))  # not one number per row
        assert torch.equal(other, torch.randn(3, generator=torch.Generator().manual_seed(0)))
