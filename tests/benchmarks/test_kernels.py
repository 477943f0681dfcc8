"""The variants of benchmarks/kernels.py play the same game."""

import pytest
import torch
from benchmarks.kernels import IMPOSSIBLE, VARIANTS, measure_variants, time_rounds
from benchmarks.throughput import make_tasks


@pytest.fixture
def task():
    return make_tasks("cpu", width=4, channels=2, side=8)["DCGAN, WGAN-GP"]


def test_what_is_not_compiled_plays_what_float32_plays(task):
    weights = {}
    for name in ("float32", "float32, channels first", "bf16", "bf16, channels first"):
        variant = VARIANTS[name](task)
        time_rounds(variant, 2)
        weights[name] = torch.cat([p.detach().flatten() for p in variant.member.game.modules["generator"].parameters()])
    exact = weights.pop("float32")
    for own in weights.values():  # Adam's first steps turn a bit into a sign
        assert (own - exact).norm() < 1e-1 * exact.norm()
    assert not torch.equal(weights["bf16"], exact)


def test_a_variant_that_cannot_play_is_named(task, monkeypatch):
    few = {name: VARIANTS[name] for name in ("float32", "float32, compiled", "bf16, compiled")}
    monkeypatch.setattr("benchmarks.kernels.VARIANTS", few)
    monkeypatch.setattr("benchmarks.kernels.SECONDS", 0.01)
    found = measure_variants("game", task, turns=2)
    assert [(row["variant"], row.get("impossible")) for row in found] == [
        ("float32, compiled", IMPOSSIBLE),
        ("bf16, compiled", IMPOSSIBLE),
        ("float32", None),
    ]
    assert found[-1]["speed"] == 1.0
