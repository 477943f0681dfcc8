import numpy as np
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.games.averaging import JUDGES
from aegan.games.roles import ROLES, gan_game, needs_autoencoder, unread
from aegan.training.member import play_round

LATENT_CODES = (24, 4)
THIRD = {"aae": ["autoencoder"], **{role: ["encoder"] for role in ("bigan", "vae_gan", "mdgan", "veegan")}}
PLAYERS = {role: ["discriminator", "generator", *THIRD.get(role, [])] for role in ROLES} | {
    "alpha_gan": ["discriminator", "code_discriminator", "generator", "encoder"]
}
#: auxiliary modules with state
MOVING = {"began": {"balance"}}


def play(tiny, name, rounds=3, **changes):
    """Play rounds of a role; return the game, its weights before, and after."""
    game = tiny.game(tiny.method(name, **changes))
    before = tiny.weights(game)
    codes = np.random.default_rng(0).normal(size=LATENT_CODES).astype(np.float32)
    member = tiny.member(game, rows=ArrayDataset(codes) if game.played_on == "codes" else None)
    for _ in range(rounds):
        play_round(member)
        member.step += 1
    return game, before, tiny.weights(game)


def moved(before, after):
    return {key.split("/")[0] for key in before if not torch.equal(before[key], after[key])}


@pytest.mark.parametrize("name", ROLES)
def test_exactly_the_players_move(tiny, name):
    game, before, after = play(tiny, name)
    assert [player.name for player in game.players] == PLAYERS[name]
    assert moved(before, after) == set(PLAYERS[name]) | MOVING.get(name, set())
    assert all(not torch.equal(before[key], after[key]) for key in before if key.startswith(tuple(PLAYERS[name])))


@pytest.mark.parametrize(
    ("name", "auxiliary_modules"),
    [
        ("none", {"prior"}),
        ("reconstruction", {"encoder", "bottleneck", "prior"}),
        ("latent", {"autoencoder", "noise"}),
        ("warm_start", {"prior"}),
        ("decoded", {"prior"}),
        ("decoded_reconstruction", {"autoencoder", "prior"}),
        ("ebgan", {"prior"}),
        ("began", {"prior", "balance"}),
        ("bigan", {"prior"}),
        ("vae_gan", {"prior"}),
        ("aae", {"prior"}),
        ("wae_gan", {"prior"}),
        ("mdgan", {"prior"}),
        ("veegan", {"prior"}),
        ("alpha_gan", {"prior"}),
        ("features", {"encoder", "prior"}),
        ("projection", {"prior"}),
        ("ac_gan", {"prior"}),
        ("semi_supervised", {"prior"}),
    ],
)
def test_auxiliary_modules_of_each_role(tiny, name, auxiliary_modules):
    game = tiny.game(tiny.method(name))
    assert set(game.auxiliary_modules) == auxiliary_modules
    assert game.played_on == ("codes" if name == "latent" else "images")


@pytest.mark.parametrize("name", ROLES)
def test_some_roles_need_an_autoencoder(name):
    assert needs_autoencoder(name) == (
        name in {"reconstruction", "latent", "warm_start", "decoded", "decoded_reconstruction", "features"}
    )


@pytest.mark.parametrize("name", ROLES)
def test_a_role_leaves_unread_what_is_for_logits_it_has_none_of(tiny, name):
    logits = {"discriminator", "loss", "penalty", "penalty_weight", "constraint", "views", "packing"}
    without = {"ebgan": logits, "began": logits, "features": {"discriminator", "packing"}}
    assert unread(name) == without.get(name, set())
    assert (tiny.game(tiny.method(name)).contest is None) == (unread(name) == logits)


def test_what_a_role_does_not_read_is_not_needed(tiny):
    method = tiny.method("ebgan")
    spared = {key: value for key, value in method.items() if key not in unread("ebgan")}
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
    assert {player.moves for player in players if player.name in JUDGES} == {moves}
    assert {player.moves for player in players if player.name not in JUDGES} == {1}


@pytest.mark.parametrize("name", sorted(set(ROLES) - {"ebgan", "began"}))
def test_the_discriminator_alone_is_held_to_a_constraint(tiny, name):
    _, _, after = play(tiny, name, constraint={"name": "clip", "bound": 0.02}, optimiser={"name": "sgd"})
    largest = {owner: max(after[key].abs().max() for key in after if key.startswith(owner)) for owner in PLAYERS[name]}
    bound = torch.tensor(0.02)
    assert all((value == bound) if owner in JUDGES else (value > bound) for owner, value in largest.items())


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


@pytest.mark.parametrize("name", ["warm_start", "reconstruction"])
def test_generators_that_were_decoders_map_draws_of_the_fitted_prior(tiny, name):
    trained = tiny.trained(5)
    game = gan_game(tiny.method(name), tiny.SHAPE, 5, trained)
    assert tiny.identical(game.modules["generator"].state_dict(), trained.autoencoder.decoder.state_dict())
    rng = torch.Generator().manual_seed(0)
    codes = trained.prior.draw(4, torch.Generator().manual_seed(0))
    assert torch.equal(game.generate(4, rng), trained.autoencoder.decoder(codes))


def test_a_warm_start_and_the_plain_gan_have_the_same_layers(tiny):
    warm, plain = (tiny.game(tiny.method(name)).modules["generator"].state_dict() for name in ("warm_start", "none"))
    assert {key: value.shape for key, value in warm.items()} == {key: value.shape for key, value in plain.items()}


def test_latent_images_are_decoded_codes(tiny):
    trained = tiny.trained(0)
    game = gan_game(tiny.method("latent"), tiny.SHAPE, 0, trained)
    noise = torch.randn(6, 4, generator=torch.Generator().manual_seed(1))
    codes = game.modules["generator"](noise)
    images = game.generate(6, torch.Generator().manual_seed(1))
    torch.testing.assert_close(images, trained.autoencoder.decoder(codes))
    assert game.reconstruct is None
