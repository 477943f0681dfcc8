import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan.data.batch import Batch
from aegan.games.loss_terms import LossTerms, sum_terms
from aegan.training.cohort import train


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


@pytest.mark.parametrize("role", ["reconstruction", "vae_gan", "mdgan", "veegan"])
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


@pytest.mark.parametrize("role", ["reconstruction", "vae_gan", "mdgan", "veegan"])
def test_the_share_of_every_anchor_is_recorded(tiny, role):
    member, _ = tiny.member_factory(tiny.method(role))(0)
    train(member, 1, [tiny.always()])
    table = member.history.to_frame().query("network == 'generator'")
    shares = table[table["quantity"].str.endswith("_share")].set_index("quantity")["value"]
    assert shares["anchor_share"] > 0
    assert shares.sum() == pytest.approx(1, abs=0.05)  # medians over batches do not add up exactly
