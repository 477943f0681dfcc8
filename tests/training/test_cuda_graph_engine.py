"""Capture and replay: the host side with stand-ins for CUDA, all of it where there is a GPU."""

import logging
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import pytest
import torch
from tests.training.engine_cases import (
    CUDA,
    ROUNDS,
    assert_same_members,
    scale_generator_loss,
    train_eagerly,
    train_with_engine,
)

from aegan.training import cuda_graph_engine, validated_engine
from aegan.training.batched_engine import MemberBranch
from aegan.training.engine import EagerEngine


def read_on_host(played):
    """Ask the host in the middle of a round, as an operation does that cannot be captured."""
    for member, _ in played:
        scale_generator_loss(member, lambda batch: 1.0 if batch.real.sum().item() else 2.0)


@pytest.mark.parametrize("device_tiny", [CUDA], indirect=True)
def test_members_train_on_after_a_failed_capture(device_tiny, caplog):
    method = device_tiny.method(rounds=ROUNDS)
    with caplog.at_level(logging.WARNING, "aegan"):
        members, player = train_with_engine(device_tiny, method, changed=read_on_host)
    assert isinstance(player.inner, EagerEngine)
    assert "cannot be captured" in caplog.text
    assert torch.cuda.current_stream() == torch.cuda.default_stream()
    assert_same_members(members, train_eagerly(device_tiny, method, changed=read_on_host))


class Recorder:
    """Stands in for CUDA's graphs: what is captured is noted instead of played, and played when it is replayed."""

    underway = None

    def __init__(self):
        self.rounds, self.replays, self.rngs = [], 0, []

    def register_generator_state(self, rng):
        self.rngs.append(rng)

    def pool(self):
        return id(self)

    def replay(self):
        self.replays += 1
        for branch in self.rounds:
            branch.play_round()


@pytest.fixture
def recorded_graphs(monkeypatch):
    """Let the host's side of a capture run without CUDA; give the graphs that were made, and what breaks a capture."""
    graphs, broken, play = [], [], MemberBranch.play_round

    @contextmanager
    def graph(one, *pool):
        Recorder.underway = one
        graphs.append((one, pool))
        try:
            yield
        except RuntimeError:
            raise RuntimeError("capture was invalidated")  # noqa: B904 - as torch's end of a capture does
        finally:
            Recorder.underway = None

    def round_of(branch):
        if Recorder.underway is None:
            return play(branch)
        if broken:
            raise RuntimeError(broken[0])
        return Recorder.underway.rounds.append(branch)

    stream = SimpleNamespace(wait_stream=lambda _: None, wait_event=lambda _: None, record_event=lambda: None)
    stand_ins = {
        "CUDAGraph": Recorder,
        "graph": graph,
        "Stream": lambda: stream,
        "current_stream": lambda: stream,
        "stream": lambda _: nullcontext(),
        "default_generators": [torch.Generator()],
        "current_device": lambda: 0,
    }
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(torch.cuda, name, stand_in)
    monkeypatch.setattr(MemberBranch, "play_round", round_of)
    return SimpleNamespace(graphs=graphs, broken=broken)


@pytest.mark.parametrize("device_tiny", ["cpu"], indirect=True)
def test_the_host_side_of_a_capture(device_tiny, recorded_graphs):
    method = device_tiny.method(rounds=80, stages=[1.0], ema_decay=0.9)
    members, player = train_with_engine(device_tiny, method, capture=cuda_graph_engine.CudaGraphEngine, rounds=80)
    assert isinstance(player.inner, cuda_graph_engine.CudaGraphEngine)
    (single, own), (chain, shared) = recorded_graphs.graphs
    assert (own, shared) == ((), (single.pool(),))
    assert (len(single.rounds), len(chain.rounds)) == (2, 2 * cuda_graph_engine.CHAIN_ROUNDS)
    assert len(chain.rngs) == len({id(rng) for rng in chain.rngs}) == 4
    assert (
        single.replays + cuda_graph_engine.CHAIN_ROUNDS * chain.replays
        == 80 - validated_engine.WARM_UP_ROUNDS + validated_engine.VALIDATION_ROUNDS
    )
    assert chain.replays > single.replays / 2
    assert_same_members(members, train_eagerly(device_tiny, method, rounds=80))
    assert all(parameter.grad is None for member in members for parameter in member.game.parameters)


@pytest.mark.parametrize("device_tiny", ["cpu"], indirect=True)
def test_a_failed_capture_names_its_cause(device_tiny, recorded_graphs, monkeypatch, caplog):
    freed = []
    monkeypatch.setattr(cuda_graph_engine, "release_generator", freed.append)
    recorded_graphs.broken.append("an operation asks the host")
    method = device_tiny.method(rounds=ROUNDS)
    with caplog.at_level(logging.WARNING, "aegan"):
        members, player = train_with_engine(device_tiny, method, capture=cuda_graph_engine.CudaGraphEngine)
    assert isinstance(player.inner, EagerEngine)
    assert "an operation asks the host" in caplog.text
    assert len(freed) == 5  # two players' noise of two members, and the generator that torch has by default
    assert_same_members(members, train_eagerly(device_tiny, method))
