"""What is captured on CUDA is the same game: everything but the capture itself on a CPU, all of it where CUDA is."""

import logging
from contextlib import contextmanager, nullcontext
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from aegan.data.scaling import to_unit
from aegan.games.roles import ROLES
from aegan.training import cuda_graph_engine as lockstep
from aegan.training import device_prefetch as feed
from aegan.training import engine
from aegan.training.cohort import train, train_together
from aegan.training.cost import at_once, fitting
from aegan.training.cuda_graph_engine import Branch, Lockstep
from aegan.training.device_prefetch import Feed, unit
from aegan.training.engine import EagerEngine, ValidatedEngine, disagreeing
from aegan.training.member import play_round
from aegan.training.memory_allocator import settle
from aegan.training.outputs import histories

ROUNDS = 24
RMSPROP = {"name": "rmsprop", "learning_rate": 1e-3}
SGD = {"name": "sgd", "learning_rate": 1e-2, "momentum": 0.9}
BATCH_NORM = {"name": "dense", "width": 8, "depth": 1, "normalisation": "batch"}
SPECTRAL = {"name": "dense", "width": 8, "depth": 1, "normalisation": "spectral"}
CONV = {"name": "conv", "channels": 4}
RESIDUAL = {"name": "residual", "channels": 4}
METHODS = {
    **{role: {"role": role} for role in ROLES},
    "clip": {"constraint": {"name": "clip"}, "optimiser": RMSPROP, "discriminator_moves": 3},
    "gp": {"penalty": {"name": "gp"}, "loss": "wasserstein"},
    "r1_r2": {"penalty": {"name": "r1_r2"}, "penalty_weight": {"name": "linear", "end": 0.1}, "optimiser": SGD},
    "lecam": {"penalty": {"name": "lecam"}},
    "noise": {"views": [{"name": "instance_noise"}]},
    "augmented": {"views": [{"name": "diffaugment"}]},
    "batch": {"generator": BATCH_NORM},
    "spectral": {"discriminator": SPECTRAL},
    "average": {"ema_decay": 0.9},
    "packed": {"packing": 2},
    "dcgan": {"generator": CONV | {"normalisation": "batch"}, "discriminator": CONV},
    "r3gan": {"generator": RESIDUAL, "discriminator": RESIDUAL, "loss": "relativistic", "penalty": {"name": "r1_r2"}},
    "bf16": {"precision": "bf16", "discriminator": SPECTRAL, "ema_decay": 0.9},
    "bf16_gp": {"precision": "bf16", "generator": CONV, "discriminator": CONV, "penalty": {"name": "gp"}},
}


NONE = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
CUDA = pytest.param("cuda", marks=[pytest.mark.cuda, NONE])


@pytest.fixture(params=["cpu", CUDA])
def tiny(tiny, request):
    """Tiny methods on either device, and what plays their rounds at once there."""
    settle(request.param)
    on_device = {"recruits": partial(tiny.recruits, device=request.param)}
    return SimpleNamespace(
        **vars(tiny) | on_device,
        capture=lockstep.Captured if request.param == "cuda" else Lockstep,
        device=request.param,
    )


def cast(tiny, chosen, seeds=(0, 1)):
    recruit = tiny.recruits(chosen)
    return [recruit(seed) for seed in seeds]


def together(tiny, chosen, seeds=(0, 1), capture=None, rounds=ROUNDS, changed=None):
    played = cast(tiny, chosen, seeds)
    if changed:
        changed(played)
    player = ValidatedEngine(capture or tiny.capture)
    train_together(played, rounds, player)
    return [member for member, _ in played], player


def alone(tiny, chosen, seeds=(0, 1), rounds=ROUNDS, changed=None):
    played = cast(tiny, chosen, seeds)
    if changed:
        changed(played)
    for member, observers in played:
        train(member, rounds, observers)
    return [member for member, _ in played]


def same(first, second):
    for one, other in zip(first, second, strict=True):
        assert (one.step, one.divergence, one.stopped) == (other.step, other.divergence, other.stopped)
        assert tiny_identical(one, other)
        for name, rng in one.noise.items():
            assert torch.equal(rng.get_state(), other.noise[name].get_state())
    assert histories(first).equals(histories(second))


def tiny_identical(one, other):
    first, second = lockstep.live(one), lockstep.live(other)
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("name", METHODS)
def test_rounds_played_at_once_are_those_of_the_plain_loop_bit_for_bit(tiny, name):
    chosen = tiny.method(rounds=ROUNDS, **METHODS[name])
    members, player = together(tiny, chosen)
    assert isinstance(player.inner, Lockstep), "the trial has not let it through"
    same(members, alone(tiny, chosen))


def test_a_weight_that_changes_along_a_cosine_differs_by_rounding_alone(tiny):
    chosen = tiny.method(rounds=ROUNDS, penalty={"name": "r1"}, penalty_weight={"name": "cosine", "end": 0.1})
    members, player = together(tiny, chosen)
    assert isinstance(player.inner, Lockstep)
    for one, other in zip(members, alone(tiny, chosen), strict=True):
        for key, tensor in lockstep.live(one).items():
            torch.testing.assert_close(tensor, lockstep.live(other)[key], msg=key)


def test_data_too_large_for_the_device_travel_as_they_are_needed(tiny, monkeypatch):
    monkeypatch.setattr(lockstep, "at_rest", lambda members: {})
    chosen = tiny.method("ac_gan", rounds=ROUNDS, discriminator_moves=2)
    members, player = together(tiny, chosen)
    assert all(branch.feed.staged for branch in player.inner.branches.values())
    same(members, alone(tiny, chosen))


def test_most_rounds_are_played_without_the_host(tiny, monkeypatch):
    runs, run = [], tiny.capture.run
    monkeypatch.setattr(tiny.capture, "run", lambda self, rounds: (runs.append(rounds), run(self, rounds)))
    together(tiny, tiny.method(rounds=200, stages=[1.0]), seeds=(0, 1, 2), rounds=200)
    trial, *runs = runs
    assert trial == engine.TRIAL
    assert sum(runs) == 200 - engine.WARM_UP
    assert len(runs) < 12  # four looks of the probe, and what lies between


def weigh_loss(member, weight):
    """Multiply the loss of a member's generator by what `weight` makes of the batch."""
    judge, generator = member.game.players
    weighed = generator._replace(loss=lambda batch, rng: weight(batch) * generator.loss(batch, rng))
    object.__setattr__(member.game, "players", (judge, weighed))


def poisoned(at):
    """Make the loss of the second member's generator no number from the round `at` on, told by the batch."""

    def change(played):
        weigh_loss(played[-1][0], lambda batch: torch.where(torch.as_tensor(batch.step) >= at, torch.nan, 1.0))

    return change


@pytest.mark.parametrize("at", [0, 2, 4, 9, 17, ROUNDS - 1])
def test_a_member_that_diverges_stops_where_the_plain_loop_stops_and_its_siblings_go_on(tiny, at):
    chosen = tiny.method(rounds=ROUNDS, stages=[1.0], ema_decay=0.9, generator=BATCH_NORM)
    members, _ = together(tiny, chosen, (0, 1), changed=poisoned(at))
    assert [member.step for member in members] == [ROUNDS, at + 1]
    assert members[1].divergence.step == at
    same(members, alone(tiny, chosen, (0, 1), changed=poisoned(at)))


def test_a_gradient_whose_norm_overflows_is_no_divergence(tiny):
    def steep(played):
        weigh_loss(played[0][0], lambda _batch: 1e25)

    chosen = tiny.method(rounds=ROUNDS)
    members, _ = together(tiny, chosen, (0,), changed=steep)
    assert members[0].divergence is None
    same(members, alone(tiny, chosen, (0,), changed=steep))


def test_one_that_stops_early_keeps_what_it_had_though_its_branch_plays_on(tiny):
    class Stop:
        def due(self, step):
            return step == 10

        def around(self, member):
            @contextmanager
            def look():
                yield
                member.stopped = True

            return look()

    def stopping(played):
        played[0] = (played[0][0], [*played[0][1], Stop()])

    chosen = tiny.method(rounds=ROUNDS)
    members, _ = together(tiny, chosen, changed=stopping)
    assert [member.step for member in members] == [11, ROUNDS]
    same(members, alone(tiny, chosen, changed=stopping))


def test_members_need_not_be_at_the_same_round(tiny):
    chosen = tiny.method(rounds=ROUNDS)

    def ahead(played):
        for _ in range(5):
            play_round(played[0][0])
            played[0][0].step += 1

    same(together(tiny, chosen, changed=ahead)[0], alone(tiny, chosen, changed=ahead))


def test_members_beyond_the_streams_that_torch_has(tiny):
    chosen, seeds = tiny.method(rounds=14), tuple(range(35))
    members, player = together(tiny, chosen, seeds, rounds=14)
    assert isinstance(player.inner, Lockstep)
    same(members, alone(tiny, chosen, seeds, rounds=14))


def test_memory_that_a_look_has_swapped_comes_home(tiny):
    member, _ = tiny.recruits(tiny.method())(0)
    play_round(member)
    member.step += 1
    player = Lockstep([member])
    homes = {key: tensor.data_ptr() for key, tensor in lockstep.live(member).items()}
    for module in member.game.modules.values():
        module.double().float()
    assert {key: tensor.data_ptr() for key, tensor in lockstep.live(member).items()} != homes
    player.play([member], 3)
    assert {key: tensor.data_ptr() for key, tensor in lockstep.live(member).items()} == homes


def test_an_engine_that_plays_something_else_is_not_trusted(tiny, caplog):
    class Wrong(Lockstep):
        def run(self, rounds):
            for branch in self.branches.values():
                branch.feed.table.zero_()  # the first row of the data, over and over
            super().run(rounds)

    chosen = tiny.method(rounds=ROUNDS)
    with caplog.at_level(logging.WARNING, "aegan"):
        members, player = together(tiny, chosen, capture=Wrong)
    assert isinstance(player.inner, EagerEngine)
    assert "differ in" in caplog.text
    same(members, alone(tiny, chosen))


def test_what_cannot_be_captured_is_played_plainly(tiny, caplog):
    def refuses(members):
        raise RuntimeError("operation not permitted when stream is capturing")

    chosen = tiny.method(rounds=ROUNDS)
    with caplog.at_level(logging.WARNING, "aegan"):
        members, player = together(tiny, chosen, capture=refuses)
    assert isinstance(player.inner, EagerEngine)
    assert "not permitted" in caplog.text
    same(members, alone(tiny, chosen))


def test_disagreement_is_measured_against_the_way():
    mean = "module/generator/1.running_mean"
    start, end = {mean: torch.zeros(4)}, {mean: torch.ones(4)}
    assert disagreeing(start, {mean: torch.full((4,), 1.001)}, end) == ""
    assert disagreeing(start, {mean: torch.full((4,), 1.2)}, end) == mean
    assert disagreeing(start, start, start) == ""
    counts = {"rng/generator": torch.tensor(3)}
    assert (
        disagreeing(counts, {"rng/generator": torch.tensor(4)}, {"rng/generator": torch.tensor(5)}) == "rng/generator"
    )


def test_a_bias_that_moves_by_rounding_alone_is_judged_with_its_module():
    weight, bias, adam = "module/generator/up1.weight", "module/generator/up1.bias", "optimiser/generator/{}/exp_avg"
    keys = weight, bias, adam.format(0), adam.format(1)
    start = {key: torch.zeros(4) for key in keys}
    end = {key: torch.full((4,), 1.0 if number % 2 == 0 else 1e-4) for number, key in enumerate(keys)}
    noisy = {key: -value if key in keys[1::2] else value for key, value in end.items()}
    assert disagreeing(start, noisy, end) == ""
    assert disagreeing(start, noisy | {weight: -end[weight]}, end) == "module/generator"
    assert disagreeing(start, noisy | {keys[2]: -end[keys[2]]}, end) == "optimiser/generator/exp_avg"


def test_a_feed_gives_the_batches_of_the_plain_loop(tiny):
    member, _ = tiny.recruits(tiny.method(discriminator_moves=3))(0)
    member.step = 7
    way = torch.cuda.Stream() if tiny.device == "cuda" else None
    for resident in ({}, {id(member.rows.array): torch.from_numpy(member.rows.array).to(tiny.device)}):
        fed = Feed(member, 5, resident, way)
        fed.load(5)
        for step in range(7, 12):
            for move, batch in enumerate(fed.batches()):
                expected = member.rows.batch(member.stream.batch(3 * step + move), step)
                assert torch.equal(batch.real, expected.real)
                assert torch.equal(batch.labels, expected.labels)
                assert int(batch.step) == step
            fed.advance()


def test_batches_are_brought_while_the_rounds_before_are_played(tiny, monkeypatch):
    monkeypatch.setattr(lockstep, "at_rest", lambda members: {})
    monkeypatch.setattr(feed, "PARCEL", 10 * 16 * 64)  # ten rounds of 16 images
    brought, bring = [], Feed._brought
    monkeypatch.setattr(Feed, "_brought", lambda self, *of: (brought.append(of), bring(self, *of))[1])
    chosen = tiny.method(rounds=80, stages=[1.0])
    members, player = together(tiny, chosen, seeds=(0,), rounds=80)
    assert isinstance(player.inner, Lockstep)
    first, trial = engine.WARM_UP, engine.TRIAL
    assert brought[:3] == [(first, trial), (first + trial, 10), (first, 1)]  # the last plays the round that was due
    assert brought[3:] == [(step, 10) for step in range(first + 1, 80, 10)]
    same(members, alone(tiny, chosen, (0,), rounds=80))


class Asking(TorchDispatchMode):
    """Notes operations that wait for what the device has found: such a round cannot be captured."""

    WAITS = frozenset(
        {"_local_scalar_dense", "nonzero", "equal", "is_nonzero", "masked_select", "_unique2", "bincount"}
    )

    def __init__(self):
        super().__init__()
        self.found = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        self.found += [name] if name in self.WAITS else []
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("name", METHODS)
def test_a_round_asks_nothing_of_the_host(tiny, name):
    member, _ = tiny.recruits(tiny.method(rounds=ROUNDS, **METHODS[name]))(0)
    play_round(member)
    with Asking() as plain:
        play_round(member)  # which looks whether the numbers are finite
    assert plain.found
    branch = Branch(member, Feed(member, 4, feed.at_rest([member])))
    branch.load(2)
    with Asking() as captured:
        branch.round()
    assert captured.found == []


def test_as_many_members_train_at_once_as_fit(tiny):
    free, state, work = 10 * 2**30, 2**20, 2**28
    each = 5 * state + work + 2 * feed.PARCEL
    assert fitting(free, state, work) == int(0.4 * free // each)
    assert fitting(each, state, work) == 1
    found = at_once(tiny.recruits(tiny.method())(0)[0])
    assert found == 1 if tiny.device == "cpu" else found > 1


def test_pixels_are_scaled_as_on_the_host(tiny):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 3, 4, 2), dtype=np.uint8)
    scaled = unit(torch.from_numpy(pixels).to(tiny.device))
    assert torch.equal(scaled.cpu(), to_unit(pixels))
    assert scaled.is_contiguous()


def nosy(played):
    """Ask the host in the middle of a round, as an operation does that cannot be captured."""
    for member, _ in played:
        weigh_loss(member, lambda batch: 1.0 if batch.real.sum().item() else 2.0)


@pytest.mark.parametrize("tiny", [CUDA], indirect=True)
def test_after_a_capture_that_breaks_the_members_play_on(tiny, caplog):
    chosen = tiny.method(rounds=ROUNDS)
    with caplog.at_level(logging.WARNING, "aegan"):
        members, player = together(tiny, chosen, changed=nosy)
    assert isinstance(player.inner, EagerEngine)
    assert "cannot be captured" in caplog.text
    assert torch.cuda.current_stream() == torch.cuda.default_stream()
    same(members, alone(tiny, chosen, changed=nosy))


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
            branch.round()


@pytest.fixture
def recorded(monkeypatch):
    """Let the host's side of a capture run without CUDA; give the graphs that were made, and what breaks a capture."""
    graphs, broken, play = [], [], Branch.round

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
    monkeypatch.setattr(Branch, "round", round_of)
    return SimpleNamespace(graphs=graphs, broken=broken)


@pytest.mark.parametrize("tiny", ["cpu"], indirect=True)
def test_the_hosts_side_of_a_capture(tiny, recorded):
    chosen = tiny.method(rounds=80, stages=[1.0], ema_decay=0.9)
    members, player = together(tiny, chosen, capture=lockstep.Captured, rounds=80)
    assert isinstance(player.inner, lockstep.Captured)
    (single, own), (chain, shared) = recorded.graphs
    assert (own, shared) == ((), (single.pool(),))
    assert (len(single.rounds), len(chain.rounds)) == (2, 2 * lockstep.CHAIN)
    assert len(chain.rngs) == len({id(rng) for rng in chain.rngs}) == 4
    assert single.replays + lockstep.CHAIN * chain.replays == 80 - engine.WARM_UP + engine.TRIAL
    assert chain.replays > single.replays / 2
    same(members, alone(tiny, chosen, rounds=80))
    assert all(parameter.grad is None for member in members for parameter in member.game.parameters)


@pytest.mark.parametrize("tiny", ["cpu"], indirect=True)
def test_a_capture_that_breaks_names_what_broke_it(tiny, recorded, monkeypatch, caplog):
    freed = []
    monkeypatch.setattr(lockstep, "released", freed.append)
    recorded.broken.append("an operation asks the host")
    chosen = tiny.method(rounds=ROUNDS)
    with caplog.at_level(logging.WARNING, "aegan"):
        members, player = together(tiny, chosen, capture=lockstep.Captured)
    assert isinstance(player.inner, EagerEngine)
    assert "an operation asks the host" in caplog.text
    assert len(freed) == 5  # two players' noise of two members, and the generator that torch has by default
    same(members, alone(tiny, chosen))
