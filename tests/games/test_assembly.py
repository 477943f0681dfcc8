import pytest
import torch

from aegan.games.assembly import make_autoencoder, make_components, make_gan_game
from aegan.games.components import AdversarialComponents, DiscriminatorComponents


@pytest.mark.parametrize("changes", [{"loss": "non_saturating"}, {"penalty": {"name": "r1"}}])
def test_methods_that_share_a_seed_start_from_the_same_weights(tiny, changes):
    first, second = (tiny.weights(tiny.game(tiny.method(**change), seed=3)) for change in ({}, changes))
    assert tiny.identical(first, second)


def test_roles_that_share_a_seed_start_from_the_same_discriminator(tiny):
    judges = [tiny.game(tiny.method(name), seed=3).modules["discriminator"] for name in ("none", "warm_start")]
    assert tiny.identical(*(judge.state_dict() for judge in judges))


def test_other_seeds_start_from_other_weights(tiny):
    first, second = (tiny.weights(tiny.game(tiny.method(), seed=seed)) for seed in (0, 1))
    matrices = [key for key in first if key.endswith("weight")]
    assert not any(torch.equal(first[key], second[key]) for key in matrices)


def test_autoencoders_that_share_a_seed_start_alike(tiny):
    first, same, other = (make_autoencoder(tiny.entry(), tiny.SHAPE, seed).state_dict() for seed in (0, 0, 1))
    assert tiny.identical(first, same)
    assert not tiny.identical(first, other)


def test_settings_are_built_into_components(tiny):
    network = {"name": "dense", "width": 8, "depth": 1}
    method = {
        "loss": {"name": "hinge"},
        "penalty": {"name": "lecam", "weight": 0.7, "decay": 0.5},
        "penalty_weight": {"name": "linear", "start": 2.0, "end": 0.0},
        "constraint": {"name": "clip", "bound": 0.01},
        "augmentations": [{"name": "instance_noise"}, {"name": "diffaugment"}],
        "discriminator": network,
        "packing": 2,
        "rounds": 10,
        "latent": 4,
        "generator": network,
        "discriminator_moves": 3,
    }
    components = make_components(AdversarialComponents, method, tiny.SHAPE, 5)
    assert (components.discriminator_moves, components.seed, components.latent) == (3, 5, 4)
    assert components.make_data_generator()(torch.rand(6, 4)).shape == (6, *tiny.SHAPE)
    assert (components.penalty.weight, components.penalty.decay) == (0.7, 0.5)
    assert [components.penalty_weight(step) for step in (0, 5, 10)] == [2.0, 1.0, 0.0]
    assert len(components.augmentations) == 2
    discriminator = components.discriminator(tiny.SHAPE)
    assert discriminator(torch.rand(6, *tiny.SHAPE)).shape == (3, 1)
    components.constraint(discriminator)
    assert all(weight.abs().max() <= 0.01 for weight in discriminator.parameters())


def test_keys_that_are_absent_are_absent_in_the_components(tiny):
    method = {"loss": {"name": "minimax"}, "discriminator": {"name": "dense"}}
    components = make_components(DiscriminatorComponents, method, tiny.SHAPE, 0)
    assert components.penalty is components.constraint is None
    assert components.augmentations == ()
    assert components.penalty_weight(0) == 1.0
    assert components.discriminator(tiny.SHAPE)(torch.rand(6, *tiny.SHAPE)).shape == (6, 1)


def test_a_classes_game_gets_the_shares_of_the_data(tiny):
    game = make_gan_game(tiny.method("projection"), tiny.SHAPE, 0, None, class_shares=(0.5, 0.5, 0.0))
    assert game.modules["generator"].dense1.in_features == 4 + 3
