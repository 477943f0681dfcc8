"""Generator and discriminator start from a trained autoencoder."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from aegan.games.adversarial import (
    draw_fakes_with,
    flatten_logits,
    make_adversarial_players,
    make_discriminator_task,
    make_sampler,
)
from aegan.games.components import LogitComponents, TrainedAutoencoder
from aegan.games.game import Game


def bagan(components: LogitComponents, trained: TrainedAutoencoder) -> Game:
    """Start G as the trained decoder and D as the trained encoder (BAGAN, Mariani 2018, section 3; no classes).

    A new linear layer maps the outputs of the encoder to a logit. Codes are drawn from the prior fitted on the
    autoencoder's codes.

    Args:
        components: the method's adversarial objective.
        trained: the trained autoencoder and its prior.
    """
    encoder, decoder = trained.autoencoder.encoder, trained.autoencoder.decoder
    with torch.no_grad():
        outputs = encoder(next(encoder.parameters()).new_zeros(1, *components.shape)).shape[1]
    logit = components.make_network("discriminator", lambda: nn.Linear(outputs, 1))
    discriminator = nn.Sequential(OrderedDict(encoder=encoder, logit=logit))
    generate = make_sampler(decoder, trained.prior)
    task = make_discriminator_task(components, flatten_logits(discriminator), draw_fakes_with(generate))
    return Game(
        players=make_adversarial_players(components, decoder, discriminator, task),
        auxiliary_modules={"prior": trained.prior} | components.auxiliary_modules,
        generate=generate,
        discriminator_task=task,
    )
