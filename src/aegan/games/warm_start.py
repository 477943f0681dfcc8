"""The autoencoder gives the generator its initial weights."""

from __future__ import annotations

from aegan.games.components import DiscriminatorComponents, TrainedAutoencoder
from aegan.games.game import Game
from aegan.games.inherited_decoder import InheritedDecoder
from aegan.games.plain_gan import make_plain_gan
from aegan.registry import with_options_of


@with_options_of(InheritedDecoder)
def warm_start(inherited: InheritedDecoder, components: DiscriminatorComponents, trained: TrainedAutoencoder) -> Game:
    """Initialise the generator with the trained decoder, then train the plain GAN (Unbalanced GANs, Ham 2020).

    Codes are drawn from the prior fitted on the autoencoder's codes, because the decoder was trained to decode those.

    Args:
        inherited: what the game takes over from the autoencoder.
        components: the method's discriminator and adversarial objective.
        trained: the trained autoencoder and its prior.
    """
    return make_plain_gan(components, inherited.make_generator(components, trained), inherited.make_prior(trained))
