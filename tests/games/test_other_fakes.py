"""Games whose discriminator is set against one kind of fakes alone."""

import pytest
import torch
from torch.nn.functional import softplus
from torch.testing import assert_close


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("none", set()),
        ("warm_start", set()),
        ("reconstruction", {"samples"}),
        ("vae_gan", {"samples", "reconstructions"}),
        ("alpha_gan", {"samples", "reconstructions"}),
    ],
)
def test_roles_whose_training_fakes_are_not_their_samples_name_the_kinds(tiny, role, kinds):
    member, _ = tiny.member_factory(tiny.method(role, loss="minimax"))(1)
    game = member.game
    assert set(game.other_fakes) == kinds
    batch = member.dataset.select_batch(member.sampler.select_rows(0))
    drawn = {}
    for kind, other in game.other_fakes.items():
        assert {id(module) for module in other.modules.values()} == {id(module) for module in game.modules.values()}
        assert [player.name for player in other.players] == ["discriminator", "generator"]
        assert not other.other_fakes
        task, rng = other.discriminator_task, torch.Generator()
        drawn[kind] = task.fake(batch, rng.manual_seed(0))
        of_others = task.fake(batch._replace(real=1 - batch.real), rng.manual_seed(0))
        assert torch.equal(of_others, drawn[kind]) == (kind == "samples")  # reconstructions depend on the real data
        real, fake = (task.compute_logits(data, batch) for data in (batch.real, drawn[kind]))
        discriminator, generator = (player.loss(batch, rng.manual_seed(0)) for player in other.players)
        assert_close(discriminator, softplus(-real).mean() + softplus(fake).mean())
        assert_close(generator, -softplus(fake).mean())
    if "samples" in kinds:
        assert_close(drawn["samples"], game.generate(len(batch.real), torch.Generator().manual_seed(0)))


def test_averaging_of_weights_keeps_the_kinds(tiny):
    member, _ = tiny.member_factory(tiny.method("reconstruction", ema_decay=0.9))(1)
    assert set(member.game.other_fakes) == {"samples"}
