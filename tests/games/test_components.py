import pytest
import torch
from torch import nn

from aegan.games.components import AdversarialComponents, GeneratorComponents
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES


def components(seed=0, shape=(1, 8, 8)):
    return GeneratorComponents(shape=shape, latent=4, generator=lambda *arguments: arguments, seed=seed)


def make_layer():
    return nn.Linear(3, 2)


def test_a_networks_weights_depend_on_the_seed_and_its_name_alone():
    first, same, name, seed = (
        own.make_network(name, make_layer).weight
        for own, name in (
            (components(), "encoder"),
            (components(shape=(2,)), "encoder"),
            (components(), "classes"),
            (components(seed=1), "encoder"),
        )
    )
    assert torch.equal(first, same)
    assert not torch.equal(first, name)
    assert not torch.equal(first, seed)


def test_making_a_network_leaves_the_global_random_state_alone():
    before = torch.get_rng_state()
    components().make_network("encoder", make_layer)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("shape", "output"), [((1, 8, 8), "sigmoid"), ((2,), None)])
def test_generators_of_images_end_in_the_unit_range_and_those_of_points_anywhere(shape, output):
    assert components(shape=shape).make_data_generator() == (4, shape, output)
    assert components(shape=shape).make_data_generator(9) == (9, shape, output)


@pytest.mark.parametrize("name", [None, *PENALTIES])
def test_a_penalty_with_state_is_an_auxiliary_module(name):
    penalty = PENALTIES[name]() if name else None
    own = AdversarialComponents(
        shape=(2,), latent=4, generator=None, discriminator=None, loss=LOSSES["hinge"](), penalty=penalty
    )
    assert own.auxiliary_modules == ({"penalty": penalty} if name == "lecam" else {})
