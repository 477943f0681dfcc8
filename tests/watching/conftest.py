"""A small GAN on noise, and its loop as people write it."""

import pytest
import torch
from torch import nn
from torch.nn.functional import softplus


class TinyGan:
    """Networks, optimisers, and rounds of a GAN with dropout and BatchNorm, which draw numbers and keep state."""

    def __init__(self, seed=0, optimiser=torch.optim.Adam, lr=1e-3, **options):
        torch.manual_seed(seed)
        self.generator = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(True), nn.Linear(8, 4), nn.Tanh())
        self.discriminator = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 1))
        self.opt_g = optimiser(self.generator.parameters(), lr=lr, **options)
        self.opt_d = optimiser(self.discriminator.parameters(), lr=lr, **options)

    @property
    def networks(self):
        return {
            "generator": (self.generator, self.opt_g),
            "discriminator": (self.discriminator, self.opt_d),
        }

    def play(self, rounds, watch=None):
        """Play rounds, and log them if they are watched."""
        for _ in range(rounds):
            real, fake = torch.rand(6, 4), self.generator(torch.randn(6, 3))
            self.opt_d.zero_grad()
            out_real, out_fake = self.discriminator(real), self.discriminator(fake.detach())
            loss_d = softplus(-out_real).mean() + softplus(out_fake).mean()
            loss_d.backward()
            self.opt_d.step()
            self.opt_g.zero_grad()
            loss_g = softplus(-self.discriminator(fake)).mean()
            loss_g.backward()
            self.opt_g.step()
            if watch:
                watch.log(loss_G=loss_g, loss_D=loss_d, logits_real=out_real, logits_fake=out_fake)

    def state(self):
        """Return everything that training changes, the state of torch's generator included."""
        parts = [*self.generator.state_dict().values(), *self.discriminator.state_dict().values()]
        slots = [
            value
            for optimiser in (self.opt_g, self.opt_d)
            for slot in optimiser.state_dict()["state"].values()
            for value in slot.values()
            if isinstance(value, torch.Tensor)
        ]
        grads = [own.grad for net in (self.generator, self.discriminator) for own in net.parameters()]
        return [one.clone() for one in [*parts, *slots, *grads, torch.get_rng_state()]]


@pytest.fixture
def tiny_gan():
    return TinyGan


def select(history, network, quantity, layer="(all)"):
    """Return the values of a quantity by step."""
    rows = history[(history["network"] == network) & (history["layer"] == layer) & (history["quantity"] == quantity)]
    return rows.set_index("step")["value"]


@pytest.fixture(name="select")
def _select():
    return select
