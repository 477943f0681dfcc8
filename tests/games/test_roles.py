import numpy as np
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.games.roles import ROLES
from aegan.training.round import play_round

LATENT_CODES = (24, 4)
#: role -> the modules of its game that do not move; the tables below are about these roles, and a role that is added
#: brings a test of its own
AUXILIARY_MODULES = {
    "none": {"prior"},
    "reconstruction": {"encoder", "bottleneck", "prior"},
    "latent": {"autoencoder", "noise"},
    "warm_start": {"prior"},
    "decoded": {"prior"},
    "decoded_reconstruction": {"autoencoder", "prior"},
    "ebgan": {"prior"},
    "began": {"prior", "balance"},
    "bigan": {"prior"},
    "vae_gan": {"prior"},
    "aae": {"prior"},
    "wae_gan": {"prior"},
    "mdgan": {"prior"},
    "veegan": {"prior"},
    "alpha_gan": {"prior"},
    "features": {"encoder", "prior"},
    "projection": {"prior"},
    "ac_gan": {"prior"},
    "semi_supervised": {"prior"},
}
THIRD = {"aae": ["autoencoder"], **{role: ["encoder"] for role in ("bigan", "vae_gan", "mdgan", "veegan")}}
PLAYERS = {role: ["discriminator", "generator", *THIRD.get(role, [])] for role in AUXILIARY_MODULES} | {
    "alpha_gan": ["discriminator", "code_discriminator", "generator", "encoder"]
}
#: auxiliary modules with state
MOVING = {"began": {"balance"}}
NEEDING_AUTOENCODER = {"reconstruction", "latent", "warm_start", "decoded", "decoded_reconstruction", "features"}
OBJECTIVE_KEYS = {"loss", "penalty", "penalty_weight", "constraint", "augmentations"}
LOGIT_KEYS = {"discriminator", "packing", "minibatch_averaging"} | OBJECTIVE_KEYS
GENERATOR_KEYS = {"generator", "latent"}
UNREAD_KEYS = {
    "ebgan": LOGIT_KEYS,
    "began": LOGIT_KEYS,
    "features": {"discriminator", "packing", "minibatch_averaging"},
} | dict.fromkeys(("reconstruction", "warm_start", "vae_gan", "aae", "wae_gan"), GENERATOR_KEYS)
#: keys that a game is built from -> a value other than that of `tiny.method`
CHANGES = {
    "loss": {"name": "hinge"},
    "penalty": {"name": "r1", "gamma": 2.0},
    "penalty_weight": {"name": "linear", "start": 0.5},
    "constraint": {"name": "clip", "bound": 0.001},
    "augmentations": [{"name": "instance_noise"}],
    "discriminator_moves": 2,
    "packing": 2,
    "minibatch_averaging": True,
    "generator": {"name": "dense", "width": 9, "depth": 1},
    "discriminator": {"name": "dense", "width": 9, "depth": 1},
    "initialiser": {"name": "he"},
    "latent": 5,
}


def play(tiny, name, rounds=3, **changes):
    """Play rounds of a role; return the game, its weights before, and after."""
    return play_game(tiny, tiny.game(tiny.method(name, **changes)), rounds)


def flat_weights(tiny, method):
    """Play two rounds of a resolved method; return all weights as one vector."""
    return torch.cat([value.flatten() for value in play_game(tiny, tiny.game(method), 2)[2].values()])


def play_game(tiny, game, rounds):
    before = tiny.weights(game)
    codes = np.random.default_rng(0).normal(size=LATENT_CODES).astype(np.float32)
    member = tiny.member(game, rows=ArrayDataset(codes) if game.data_kind == "codes" else None)
    for _ in range(rounds):
        play_round(member)
        member.step += 1
    return game, before, tiny.weights(game)


def moved(before, after):
    return {key.split("/")[0] for key in before if not torch.equal(before[key], after[key])}


@pytest.mark.parametrize("name", ROLES)
def test_exactly_the_players_move(tiny, name):
    game, before, after = play(tiny, name)
    players = [player.name for player in game.players]
    assert players == PLAYERS.get(name, players)
    assert moved(before, after) == set(players) | MOVING.get(name, set())
    assert all(not torch.equal(before[key], after[key]) for key in before if key.startswith(tuple(players)))


@pytest.mark.parametrize(("name", "auxiliary_modules"), AUXILIARY_MODULES.items())
def test_auxiliary_modules_of_each_role(tiny, name, auxiliary_modules):
    game = tiny.game(tiny.method(name))
    assert set(game.auxiliary_modules) == auxiliary_modules
    assert game.data_kind == ("codes" if name == "latent" else "images")


@pytest.mark.parametrize("name", AUXILIARY_MODULES)
def test_some_roles_need_an_autoencoder(name):
    assert ROLES[name].needs_autoencoder == (name in NEEDING_AUTOENCODER)


@pytest.mark.parametrize("name", ROLES)
def test_a_role_leaves_unread_what_is_for_logits_it_has_none_of(tiny, name):
    unread_keys = ROLES[name].unread_keys
    assert name not in AUXILIARY_MODULES or unread_keys == UNREAD_KEYS.get(name, set())
    assert (tiny.game(tiny.method(name)).discriminator_task is None) == (unread_keys >= LOGIT_KEYS)


@pytest.mark.parametrize("name", ROLES)
def test_exactly_the_keys_that_a_role_reads_change_its_training(tiny, name):
    role = ROLES[name]
    plain = tiny.method(name) | {"penalty": {"name": "r1"}}
    unchanged = flat_weights(tiny, plain)
    for key, value in CHANGES.items():
        if key == "packing" and role.judges_classes:
            continue  # such a discriminator cannot judge packs, which the config refuses
        weights = flat_weights(tiny, plain | {key: value})
        same = torch.equal(weights, unchanged)
        assert same == (key in role.unread_keys), key


@pytest.mark.parametrize("name", ["ebgan", "reconstruction", "features"])
def test_what_a_role_does_not_read_is_not_needed(tiny, name):
    method = tiny.method(name)
    spared = {key: value for key, value in method.items() if key not in ROLES[name].unread_keys}
    assert tiny.identical(tiny.weights(tiny.game(spared)), tiny.weights(tiny.game(method)))


@pytest.mark.parametrize("name", ROLES)
def test_every_role_generates_images_in_the_unit_range(tiny, name):
    game, _, _ = play(tiny, name)
    images = game.generate(7, torch.Generator().manual_seed(0))
    assert images.shape == (7, *tiny.SHAPE)
    assert images.min() >= 0
    assert images.max() <= 1
    assert not torch.equal(images[0], images[1])


@pytest.mark.parametrize("name", ROLES)
def test_generation_follows_its_generator_alone(tiny, name):
    game = tiny.game(tiny.method(name))
    first, same, other = (game.generate(5, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("moves", [1, 3])
def test_the_discriminator_moves_as_often_as_is_asked(tiny, name, moves):
    players = tiny.game(tiny.method(name, discriminator_moves=moves)).players
    assert {player.moves for player in players if player.is_discriminator} == {moves}
    assert {player.moves for player in players if not player.is_discriminator} == {1}


@pytest.mark.parametrize("name", [name for name in ROLES if "constraint" not in ROLES[name].unread_keys])
def test_the_discriminator_alone_is_held_to_a_constraint(tiny, name):
    game, _, after = play(tiny, name, constraint={"name": "clip", "bound": 0.02}, optimiser={"name": "sgd"})
    players = [player.name for player in game.players]
    largest = {owner: max(after[key].abs().max() for key in after if key.startswith(owner)) for owner in players}
    bound = torch.tensor(0.02)
    assert all(
        (value == bound) if game.get_player(owner).is_discriminator else (value > bound)
        for owner, value in largest.items()
    )
