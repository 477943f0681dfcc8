"""An autoencoder whose codes a discriminator matches to a prior, in the same move as its reconstruction."""

from __future__ import annotations

from dataclasses import replace

from pydantic import PositiveFloat
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import make_adversarial_players
from aegan.games.codes import make_code_game
from aegan.games.components import DiscriminatorComponents
from aegan.games.game import DiscriminatorTask, Game, Player
from aegan.networks.autoencoders import SIGNED_AUTOENCODERS, Autoencoder
from aegan.objectives.reconstruction import sum_squared_error
from aegan.registry import choice


def wae_gan(
    components: DiscriminatorComponents,
    *,
    architecture: choice(SIGNED_AUTOENCODERS) = "dense",  # type: ignore[valid-type]
    weight: PositiveFloat = 10.0,
) -> Game:
    """Wasserstein autoencoder with an adversary on codes (WAE-GAN, Tolstikhin 2018, algorithm 1), prior N(0, I).

    The autoencoder, here the generator, minimises the cost ‖x − Dec(Enc x)‖², summed over the numbers of x, plus λ
    times the adversarial loss of its codes. The paper's is the non-saturating loss.

    Args:
        components: the method's discriminator and adversarial objective.
        architecture: the autoencoder.
        weight: λ; its relative effect falls with the numbers per sample, over which the cost is summed.
    """
    generator_loss = components.loss.generator
    weighted_loss = components.loss._replace(generator=lambda real, fake: weight * generator_loss(real, fake))

    def make_players(autoencoder: Autoencoder, discriminator: nn.Module, task: DiscriminatorTask) -> tuple[Player, ...]:
        def reconstruction_cost(batch: Batch, _codes: Tensor) -> Tensor:
            # encodes again, because the discriminator's codes are augmented
            return sum_squared_error(autoencoder(batch.real), batch.real)

        weighted = replace(components, loss=weighted_loss)
        return make_adversarial_players(weighted, autoencoder, discriminator, task, reconstruction_cost)

    return make_code_game(components, architecture, make_players)
