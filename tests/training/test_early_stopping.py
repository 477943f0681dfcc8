import numpy as np
import pytest
import torch
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.games.game import Game, Player
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train, train_cohort
from aegan.training.early_stopping import EarlyStopping
from aegan.training.member_factory import autoencoder_member_factory


class Scripted(nn.Module):
    """Reconstructs every image as a given grey, the next of a list each time it is asked."""

    def __init__(self, greys):
        super().__init__()
        self.register_buffer("asked", torch.zeros(()))
        self.weight = nn.Parameter(torch.zeros(1))
        self.greys = greys

    def forward(self, images):
        grey = self.greys[int(self.asked)]
        self.asked += 1
        return torch.full_like(images, grey)


def scripted(tiny, greys, patience):
    """Train 2 rounds per look with black data, so that a look's error is grey²."""
    module = Scripted(greys)
    player = Player("autoencoder", module, lambda batch, rng: module.weight.square().sum() - module.weight.sum())
    rows = ArrayDataset(np.zeros((10, 2, 2, 1), np.uint8))
    member = tiny.member(Game(players=(player,), reconstruct=module), rows=rows)
    stopping = EarlyStopping(np.arange(4), every=2, patience=patience)
    train(member, 2 * len(greys), [stopping])
    return member, stopping


@pytest.mark.parametrize(
    ("greys", "patience", "rounds", "best"),
    [
        ([0.9, 0.5, 0.3, 0.4, 0.6, 0.1], 2, 10, 0.3),  # two looks without a new best
        ([0.9, 0.5, 0.6, 0.4, 0.5, 0.45], 2, 12, 0.4),  # waiting starts again after a new best
        ([0.2, 0.3, 0.4, 0.5], 1, 4, 0.2),
        ([0.5, 0.5, 0.1], 1, 4, 0.5),  # as good is not better
        ([0.9, 0.95, 0.99, 0.1], None, 8, 0.1),
    ],
)
def test_stopping_and_the_best_error_by_hand(tiny, greys, patience, rounds, best):
    member, stopping = scripted(tiny, greys, patience)
    assert member.step == rounds
    assert member.stopped == (rounds < 2 * len(greys) or (patience is not None and stopping.waited >= patience))
    torch.testing.assert_close(stopping.best, best**2)


def test_finishing_gives_back_the_best_weights(tiny):
    member, stopping = scripted(tiny, [0.9, 0.3, 0.5, 0.6], None)
    last = member.game.modules["autoencoder"].weight.item()
    stopping.finish(member)
    module = member.game.modules["autoencoder"]
    assert module.asked == 2  # as it was at the second look
    twin, _ = scripted(tiny, [0.9, 0.3], None)
    assert torch.equal(module.weight, twin.game.modules["autoencoder"].weight)
    assert module.weight.item() != last


def test_without_a_look_the_weights_stay(tiny):
    member, _ = scripted(tiny, [0.5], None)
    weight = member.game.modules["autoencoder"].weight.item()
    EarlyStopping(np.arange(4), every=99, patience=1).finish(member)
    assert member.game.modules["autoencoder"].weight.item() == weight


def test_an_error_that_is_no_number_is_never_the_best(tiny):
    _, stopping = scripted(tiny, [0.5, float("nan"), float("inf")], None)
    torch.testing.assert_close(stopping.best, 0.25)
    assert stopping.waited == 2


def test_state_and_load_round_trip(tiny):
    _, stopping = scripted(tiny, [0.5, 0.7], None)
    loaded = EarlyStopping(stopping.held_out, 2, None)
    loaded.load(stopping.state())
    assert (loaded.best, loaded.waited) == (stopping.best, 1)
    assert tiny.identical(loaded.weights, stopping.weights)
    blank = EarlyStopping(stopping.held_out, 2, None)
    blank.load(EarlyStopping(stopping.held_out, 2, None).state())
    assert (blank.best, blank.waited, blank.weights) == (float("inf"), 0, {})


def test_the_error_is_that_of_all_held_out_rows_in_pieces(tiny):
    images = tiny.images(2500)
    player = Player("autoencoder", tiny.constant(1.0), lambda batch, rng: torch.zeros(()))
    member = tiny.member(Game(players=(player,), reconstruct=torch.zeros_like), rows=ArrayDataset(images))
    stopping = EarlyStopping(np.arange(100, 2500), 1, None)
    with stopping.around(member):
        pass
    by_hand = ((images[100:] / 255.0) ** 2).mean()
    torch.testing.assert_close(stopping.best, by_hand, rtol=1e-6, atol=0)


def test_an_autoencoder_ends_with_its_lowest_held_out_error(tiny, tmp_path):
    make_member, rounds = autoencoder_member_factory(
        tiny.entry(epochs=8, optimiser={"name": "adam", "learning_rate": 0.1}), tiny.PROBES, ArrayDataset(tiny.images())
    )
    (member,) = train_cohort([0], rounds, make_member, Checkpoints(tmp_path, "print")).members
    _, (_, stopping) = make_member(0)
    seen, (_, watched) = make_member(0)
    errors = []
    for epoch in range(1, 9):
        train(seen, 4 * epoch, [])
        errors.append(watched._held_out_error(seen))
    torch.testing.assert_close(stopping._held_out_error(member), min(errors), rtol=0, atol=0)
    assert errors[-1] != min(errors)
