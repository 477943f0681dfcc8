"""From a section of the config to the member of a seed."""

import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.training.cohort import train
from aegan.training.member_factory import autoencoder_member_factory, classifier_member_factory


def test_held_out_rows_are_never_trained_on(tiny):
    make_member, rounds = autoencoder_member_factory(tiny.entry(), tiny.PROBES, ArrayDataset(tiny.images()))
    member, (_, stopping) = make_member(3)
    assert len(stopping.held_out) == 8
    assert sorted([*stopping.held_out, *member.sampler.rows]) == list(range(40))
    assert rounds == 4 * 4
    assert stopping.every == 4
    other, _ = make_member(4)
    assert set(other.sampler.rows) != set(member.sampler.rows)


def test_a_classifier_has_no_observers_and_learns(tiny):
    images = tiny.images(64)
    labels = (images.reshape(64, 8, 8)[:, :4].sum((1, 2)) > images.reshape(64, 8, 8)[:, 4:].sum((1, 2))).astype(int)
    make_member, per_epoch = classifier_member_factory(2, ArrayDataset(images, labels), batch_size=16)
    member, observers = make_member(0)
    assert observers == []
    assert per_epoch == 4
    batch = ArrayDataset(images, labels).select_batch(torch.arange(64).numpy())
    loss = member.game.players[0].loss
    before = loss(batch, None)
    train(member, 20, [])
    assert loss(batch, None) < before / 2
