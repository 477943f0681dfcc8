"""An autoencoder whose codes a discriminator matches to a prior, in the same move as its reconstruction."""

from __future__ import annotations

import torch
from pydantic import PositiveFloat
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.games.adversarial import compute_generator_loss, make_discriminator_player
from aegan.games.codes import make_code_game
from aegan.games.components import DiscriminatorComponents
from aegan.games.game import DiscriminatorTask, Game, Player
from aegan.games.loss_terms import ADVERSARIAL, ANCHOR, LossTerms
from aegan.games.other_fakes import replace_fakes
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

    def make_players(autoencoder: Autoencoder, discriminator: nn.Module, task: DiscriminatorTask) -> tuple[Player, ...]:
        def compute_terms(batch: Batch, rng: torch.Generator) -> dict[str, Tensor]:
            codes = autoencoder.encode(batch.real)
            judged = replace_fakes(components, task, codes)
            return {
                ADVERSARIAL: weight * compute_generator_loss(components, judged, batch, rng),
                ANCHOR: sum_squared_error(autoencoder.decoder(codes), batch.real),  # of codes without augmentations
            }

        # no adversarial gradient reaches the decoder: the last layer that both terms move makes the codes
        loss = LossTerms(autoencoder, compute_terms, part="encoder")
        player = make_discriminator_player(components, discriminator, task)
        return player, Player("generator", autoencoder, loss)

    return make_code_game(components, architecture, make_players)
