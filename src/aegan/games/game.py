"""A method is a game: a few players, each with its own parameters and a loss, which move in turn.

The training loop, the probes and the checkpoints access a method through this interface alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from aegan.data.batch import Batch
from aegan.objectives.losses import AdversarialLoss

#: (batch, rng) -> ()
LossFunction = Callable[[Batch, torch.Generator], Tensor]

#: (batch of N, rng) -> data (N, ...)
DrawFunction = Callable[[Batch, torch.Generator], Tensor]

#: (data (N, ...), the batch they belong to) -> logits: (N,), fewer with packing, (N, L) of L discriminators
LogitFunction = Callable[[Tensor, Batch], Tensor]


class Player(NamedTuple):
    """One player: the module whose parameters it moves, and the loss that it minimises."""

    name: str
    module: nn.Module
    loss: LossFunction
    moves: int = 1  #: moves per round (n_critic)
    after_move: Callable[[nn.Module], None] | None = None  #: applied to the module after each move, such as clipping
    is_discriminator: bool = False  #: whether it tells real data from fakes


@dataclass(frozen=True)
class Sampler:
    """How a game makes new data: codes, and the whole map from them to data, of however many networks.

    What is measured of a map (its Jacobian, its condition) is measured of this one, in every role.

    Args:
        draw_codes: (count, rng) -> codes (count, K).
        generator: codes (N, K) -> data (N, ...).
        use_weights: within it, the networks have the weights that make new data, if these are not the last ones.
    """

    draw_codes: Callable[[int, torch.Generator], Tensor]
    generator: nn.Module
    use_weights: Callable[[], AbstractContextManager[None]] = nullcontext

    def __call__(self, count: int, rng: torch.Generator) -> Tensor:
        """Make new data (count, ...)."""
        with self.use_weights():
            data: Tensor = self.generator(self.draw_codes(count, rng))
        return data


class DiscriminatorTask(NamedTuple):
    """The real data and fakes that a discriminator tells apart, and how it computes its logits."""

    real: DrawFunction  #: (N, ...)
    fake: DrawFunction  #: (N, ...), one fake per real sample
    compute_logits: LogitFunction
    gives_log_odds: bool = True  #: whether σ(logit) is the probability that data are real
    loss: AdversarialLoss | None = None  #: of which the generator of the fakes minimises its part; None if unknown

    def bind_batch(self, batch: Batch) -> Callable[[Tensor], Tensor]:
        """Return the discriminator of data that belong to a batch: data (N, ...) -> logits."""
        return lambda data: self.compute_logits(data, batch)

    def compute_logit_pair(self, batch: Batch, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw real data and fakes, and compute the logits of both, with the shapes of `compute_logits`."""
        return self.compute_logits(self.real(batch, rng), batch), self.compute_logits(self.fake(batch, rng), batch)


@dataclass(frozen=True)
class Game:
    """Players in the order of their moves, and what a trained game can do.

    A player's loss is differentiable in the parameters of every player, which the measurement of game dynamics needs.
    Use `enable_gradients` to compute the gradient of one player alone.

    Args:
        players: the players in the order of their moves.
        auxiliary_modules: modules that no player moves, such as a frozen encoder, a prior, a stateful penalty.
        data_kind: codes if the batches are codes of a trained autoencoder; images for all other data, points included.
        generate: makes new data; None for a game that generates none.
        reconstruct: data (N, ...) -> (N, ...); None for a game that cannot encode data.
        classify: data (N, ...) -> class scores (N, K); None for a game that learns no classes.
        discriminator_task: what the discriminator tells apart; None without a discriminator that gives logits.
        other_fakes: kind of fakes -> the game of the same networks with the discriminator set against that kind alone,
            where those that it trains on are not, or not only, what the game generates.
        labelled_share: share of the samples whose labels the game sees; the other labels are hidden from it.
    """

    players: tuple[Player, ...]
    auxiliary_modules: Mapping[str, nn.Module] = field(default_factory=dict)
    data_kind: Literal["images", "codes"] = "images"
    generate: Sampler | None = None
    reconstruct: Callable[[Tensor], Tensor] | None = None
    classify: Callable[[Tensor], Tensor] | None = None
    discriminator_task: DiscriminatorTask | None = None
    other_fakes: Mapping[str, Game] = field(default_factory=dict)
    labelled_share: float = 1.0

    @property
    def modules(self) -> dict[str, nn.Module]:
        """Every module of the game by name: those that players move, then the auxiliary modules."""
        return {player.name: player.module for player in self.players} | dict(self.auxiliary_modules)

    @cached_property
    def parameters(self) -> tuple[nn.Parameter, ...]:
        """Every parameter of every module, once."""
        return tuple(nn.ModuleList(self.modules.values()).parameters())

    @property
    def batches_per_round(self) -> int:
        """Batches that a round consumes: the moves of the player that moves most often."""
        return max(player.moves for player in self.players)

    def get_player(self, name: str) -> Player:
        """Return the player of that name."""
        return next(player for player in self.players if player.name == name)


def enable_gradients(game: Game, *modules: nn.Module) -> None:
    """Let only the parameters of `modules` require gradients, so that autograd keeps no graph for the others."""
    enabled = {parameter for module in modules for parameter in module.parameters()}
    for parameter in game.parameters:
        parameter.requires_grad = parameter in enabled
