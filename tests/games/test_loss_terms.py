import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.loss_terms import LossTerms, sum_terms
from aegan.training.cohort import train

#: roles whose generator is tied to data or codes in the same move
ANCHORED = ["reconstruction", "vae_gan", "mdgan", "veegan", "alpha_gan", "wae_gan"]


def test_the_loss_is_the_sum_of_its_terms_computed_at_once():
    calls = []

    def compute(batch, rng):
        calls.append(rng)
        return {"a": batch.real.sum(), "b": torch.tensor(10.0)}

    loss, rng = LossTerms(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), compute), torch.Generator()
    assert_close(loss(Batch(torch.tensor([[1.0, 2.0]])), rng), torch.tensor(13.0))
    assert calls == [rng]
    assert loss.last_layer.name == "0"
    assert_close(sum_terms({"only": torch.tensor(2.0)}), torch.tensor(2.0))


@pytest.mark.parametrize("role", ANCHORED)
def test_the_anchor_is_the_part_that_no_discriminator_reaches(tiny, batch, role):
    game = tiny.game(tiny.method(role))
    loss = game.get_player("generator").loss
    before = loss.compute(batch, torch.Generator().manual_seed(0))
    assert_close(loss(batch, torch.Generator().manual_seed(0)), sum_terms(before))
    norms = loss.measure_gradients(before)
    gradients = torch.autograd.grad(before["anchor"], loss.last_layer.parameters)
    assert_close(norms["anchor"], torch.cat([own.flatten() for own in gradients]).double().norm())
    last = list(game.modules["discriminator"].modules())[-1]
    with torch.no_grad():
        last.weight.mul_(3)  # the features that VAE-GAN compares are those before the last layer
    after = loss.compute(batch, torch.Generator().manual_seed(0))
    assert torch.equal(before["anchor"], after["anchor"])
    assert not torch.equal(before["adversarial"], after["adversarial"])


@pytest.mark.parametrize("role", ANCHORED)
def test_the_share_of_every_anchor_is_recorded(tiny, role):
    member, _ = tiny.member_factory(tiny.method(role))(0)
    train(member, 1, [tiny.always()])
    table = member.history.to_frame().query("network == 'generator'")
    shares = table[table["quantity"].str.endswith("_share")].set_index("quantity")["value"]
    assert shares["anchor_share"] > 0
    assert shares.sum() == pytest.approx(1, abs=0.05)  # medians over batches do not add up exactly


@pytest.mark.parametrize(
    ("role", "player"),
    [(role, player) for role in ("mdgan", "alpha_gan") for player in ("generator", "encoder")]
    + [("wae_gan", "generator")],
)
def test_a_move_reconstructs_once(tiny, batch, role, player):
    game = tiny.game(tiny.method(role, augmentations=[{"name": "instance_noise"}]))
    calls = []
    game.reconstruct.encoder.register_forward_hook(lambda *_: calls.append("encode"))
    game.reconstruct.decoder.register_forward_hook(lambda *_: calls.append("decode"))
    game.get_player(player).loss(batch, torch.Generator().manual_seed(0))
    samples = role != "wae_gan" and player == "generator"  # besides, the generator's samples are decoded
    assert sorted(calls) == ["decode"] * (1 + samples) + ["encode"]


def test_shares_are_compared_in_a_layer_that_all_terms_move(tiny, batch):
    """The adversarial loss of codes does not reach the decoder: there the anchor would have all of the gradient."""
    game = tiny.game(tiny.method("wae_gan"))
    loss = game.get_player("generator").loss
    assert loss.last_layer.name in dict(game.get_player("generator").module.named_modules())
    assert loss.last_layer.name.startswith("encoder.")
    norms = loss.measure_gradients(loss.compute(batch, torch.Generator().manual_seed(0)))
    assert all(norm > 0 for norm in norms.values())
