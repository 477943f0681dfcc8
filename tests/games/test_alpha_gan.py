import pytest
import torch
from torch.testing import assert_close

from aegan.objectives.losses import LOSSES
from aegan.training.round import play_round


def rng():
    return torch.Generator().manual_seed(0)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_hand(tiny, batch, loss):
    game, by = tiny.game(tiny.method({"name": "alpha_gan", "weight": 3.0}, loss=loss)), LOSSES[loss]()
    judge, of_codes, generator, encoder = (player.module for player in game.players)
    drawn, inferred = torch.randn(6, 4, generator=rng()), encoder(batch.real)
    real, made, rebuilt = (judge(data).flatten() for data in (batch.real, generator(drawn), generator(inferred)))
    prior, codes = of_codes(drawn).flatten(), of_codes(inferred).flatten()
    error = 3 * (generator(inferred) - batch.real).abs().mean()
    expected = {
        "discriminator": (by.discriminator(real, made) + by.discriminator(real, rebuilt)) / 2,
        "code_discriminator": by.discriminator(prior, codes),
        "generator": error + by.generator(real, made) + by.generator(real, rebuilt),
        "encoder": error + by.generator(prior, codes),
    }
    assert [player.name for player in game.players] == list(expected)
    for player in game.players:
        assert_close(player.loss(batch, rng()), expected[player.name])


def test_with_the_density_ratio_generator_and_encoder_minimise_the_papers_losses(tiny, batch):
    """Rosca 2017, algorithm 1: λ‖x − x̂‖₁ plus R = −log D + log(1 − D) of x̂ and of x_p, or of Enc x by C."""
    game = tiny.game(tiny.method({"name": "alpha_gan", "weight": 3.0 * 64}, loss="density_ratio"))
    judge, of_codes, generator, encoder = (player.module for player in game.players)

    def ratio(probability):
        return (-torch.log(probability) + torch.log(1 - probability)).mean()

    codes = encoder(batch.real)
    norms = 3.0 * (batch.real - generator(codes)).abs().flatten(1).sum(1).mean()
    made = generator(torch.randn(6, 4, generator=rng()))
    of_data = ratio(judge(generator(codes)).sigmoid()) + ratio(judge(made).sigmoid())
    assert_close(game.get_player("generator").loss(batch, rng()), norms + of_data)
    assert_close(game.get_player("encoder").loss(batch, rng()), norms + ratio(of_codes(codes).sigmoid()))


def test_the_discriminator_task_is_that_of_new_data(tiny, batch):
    game = tiny.game(tiny.method("alpha_gan"))
    judge, generator = game.modules["discriminator"], game.modules["generator"]
    expected = judge(batch.real).flatten(), judge(generator(torch.randn(6, 4, generator=rng()))).flatten()
    assert_close(game.discriminator_task.compute_logit_pair(batch, rng()), expected)


def test_the_two_discriminators_start_from_weights_of_their_own(tiny):
    role = {"name": "alpha_gan", "code_discriminator": {"name": "dense", "width": 8, "depth": 1}}
    modules = tiny.game(tiny.method(role)).modules
    first, second = (modules[name].dense2.weight for name in ("discriminator", "code_discriminator"))
    assert first.shape == second.shape
    assert not torch.equal(first, second)


def test_codes_are_judged_without_the_augmentations_of_images(tiny, batch):
    role = {"name": "alpha_gan", "weight": 0}
    plain, seen = (
        tiny.game(tiny.method(role, augmentations=augmentations)) for augmentations in ([], [{"name": "diffaugment"}])
    )
    for player in ("code_discriminator", "encoder"):
        assert torch.equal(seen.get_player(player).loss(batch, rng()), plain.get_player(player).loss(batch, rng()))
    assert seen.get_player("discriminator").loss(batch, rng()) != plain.get_player("discriminator").loss(batch, rng())


def test_a_penalty_that_remembers_keeps_logits_of_codes_apart(tiny):
    game = tiny.game(tiny.method("alpha_gan", penalty={"name": "lecam"}))
    assert set(game.auxiliary_modules) == {"prior", "penalty", "code_penalty"}
    member = tiny.member(game)
    play_round(member)
    first, second = game.auxiliary_modules["penalty"], game.auxiliary_modules["code_penalty"]
    assert first.of_fake != 0
    assert second.of_fake != 0
    assert first.of_fake != second.of_fake
