"""Games restored from the files of a finished training."""

import torch

from aegan.evaluation.restored_games import TrainedMember
from aegan.training.weights import save_weights


def weights_of(game, name="generator"):
    return game.modules[name].state_dict()


def equal(first, second):
    return all(torch.equal(first[key], second[key]) for key in first)


def test_each_stage_has_its_own_weights_and_a_fresh_discriminator_the_same_everywhere(trained_method):
    method = trained_method()
    early, late = method.restore_game(0, 6), method.restore_game(0, 12)
    assert not equal(weights_of(early), weights_of(late))
    fresh = [method.restore_with_fresh_discriminator(0, stage) for stage in (6, 12)]
    assert equal(weights_of(fresh[0]), weights_of(early))
    assert equal(weights_of(fresh[1]), weights_of(late))
    assert equal(*(weights_of(game, "discriminator") for game in fresh))


def test_a_member_is_restored_before_training_at_its_stages_and_at_the_end(trained_method, tmp_path):
    method = trained_method()
    save_weights(tmp_path / "weights", {0: method.restore_game(0, 12).modules})
    member = TrainedMember(
        method.method, 0, method.trained_autoencoder, method.train_dataset, tmp_path / "weights", method.stages, 13
    )
    games = member.restore_games()
    assert list(games) == [0, 6, 12, 13]
    assert equal(weights_of(games[12]), weights_of(games[13]))
    assert equal(weights_of(games[13]), weights_of(member.restore_final_game()))
    assert not equal(weights_of(games[0]), weights_of(games[6]))


def test_a_game_is_trained_on_the_codes_if_its_role_says_so(trained_method):
    plain, latent = trained_method(), trained_method("latent")
    assert plain.select_dataset(0, plain.restore_game(0, 6)).array.ndim == 4
    assert latent.select_dataset(0, latent.restore_game(0, 6)).array.ndim == 2
