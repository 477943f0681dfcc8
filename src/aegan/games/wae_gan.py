"""An autoencoder whose codes an adversary holds to a prior, in one move with its reconstruction."""

from __future__ import annotations

from dataclasses import replace

from pydantic import PositiveFloat
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import Parts, adversarial_players
from aegan.games.codes import codes_game
from aegan.games.game import DiscriminatorTask, Game, Player
from aegan.networks.autoencoders import SIGNED, Autoencoder
from aegan.objectives.reconstruction import squared_error_per_image
from aegan.registry import choice


def wae_gan(
    parts: Parts,
    *,
    architecture: choice(SIGNED) = "dense",  # type: ignore[valid-type]
    weight: PositiveFloat = 10.0,
) -> Game:
    """Wasserstein autoencoder with an adversary on codes (WAE-GAN, Tolstikhin 2018, algorithm 1), prior N(0, I).

    The autoencoder, here the generator, minimises the cost ‖x − Dec(Enc x)‖², summed over the numbers of x, plus λ
    times the adversarial loss of its codes. The paper's is the non-saturating loss.

    Args:
        architecture: the autoencoder.
        weight: λ; the more numbers x has, the less it weighs.
    """
    fooling = parts.loss.generator
    weighed = parts.loss._replace(generator=lambda real, fake: weight * fooling(real, fake))

    def players(autoencoder: Autoencoder, discriminator: nn.Module, shown: DiscriminatorTask) -> tuple[Player, ...]:
        def cost(batch: Batch, _codes: Tensor) -> Tensor:
            # not the decoded codes of the contest, which are those that the method's views let the discriminator see
            return squared_error_per_image(autoencoder(batch.real), batch.real)

        return adversarial_players(autoencoder, discriminator, shown, replace(parts, loss=weighed), cost)

    return codes_game(parts, architecture, players)
