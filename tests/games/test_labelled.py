import pytest
import torch
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.errors import InputError
from aegan.games.assembly import make_gan_game
from aegan.games.labelled import get_labels, one_hot


def rng():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize(("normalisation", "normed"), [(None, False), ("spectral", True)])
def test_v_is_normalised_as_the_last_layer_is(tiny, normalisation, normed):
    network = {"name": "dense", "width": 8, "depth": 1, "normalisation": normalisation}
    judge = tiny.game(tiny.method("projection", discriminator=network)).modules["discriminator"]
    size = torch.linalg.matrix_norm(judge.classes.weight, ord=2)
    assert (abs(size - 1) < 1e-3) == normed


@pytest.mark.parametrize("role", ["projection", "ac_gan"])
def test_new_data_have_classes_as_often_as_the_rows(tiny, role):
    game = make_gan_game(tiny.method(role), tiny.SHAPE, 0, None, class_shares=(0.0, 0.75, 0.0, 0.25))
    caught = []
    game.modules["generator"].register_forward_pre_hook(lambda _module, given: caught.append(given[0]))
    game.generate(4000, rng())
    classes = caught[0][:, 4:]
    assert torch.equal(classes.sum(1), torch.ones(4000))
    assert_close(classes.mean(0), torch.tensor([0.0, 0.75, 0.0, 0.25]), atol=0.03, rtol=0)


@pytest.mark.parametrize("role", ["projection", "ac_gan", "semi_supervised"])
def test_data_without_labels_are_refused_with_what_to_do(tiny, role):
    with pytest.raises(InputError, match=r"the data have no labels\. Give labels, or use another role"):
        make_gan_game(tiny.method(role), tiny.SHAPE, 0, None)


def test_one_hot_is_torchs():
    labels = torch.tensor([0, 3, 1, 1])
    assert torch.equal(one_hot(labels, 4), torch.nn.functional.one_hot(labels, 4).bool())


def test_fakes_in_training_have_the_classes_of_their_reals(tiny):
    game, labels, caught = tiny.game(tiny.method("projection")), torch.tensor([2, 0, 3]), []
    game.modules["generator"].register_forward_pre_hook(lambda _module, given: caught.append(given[0]))
    game.discriminator_task.fake(Batch(torch.rand(3, *tiny.SHAPE), labels), rng())
    assert torch.equal(caught[0][:, 4:].argmax(1), labels)
    assert_close(caught[0][:, :4], torch.randn(3, 4, generator=rng()))


def test_a_batch_without_labels_is_a_mistake(tiny):
    with pytest.raises(AssertionError, match="no labels"):
        get_labels(Batch(torch.rand(3, *tiny.SHAPE)))
