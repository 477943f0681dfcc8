"""Every entry of the catalogue in a game of its own on the digits: what it costs, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple

from aegan.config.methods import Method
from aegan.config.sections import Autoencoder, Probes
from aegan.data.array_dataset import ArrayDataset
from aegan.data.digits import Digits
from aegan.evaluation.latent_prior import gaussian
from aegan.games.adversarial import Trained
from aegan.games.autoencoder_objectives import OBJECTIVES
from aegan.games.roles import ROLES, needs_autoencoder
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.initialise import INITIALISERS
from aegan.networks.normalisation import NORMALISERS
from aegan.objectives.augmentations import VIEWS
from aegan.objectives.constraints import CONSTRAINTS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.registry import options_model
from aegan.training.cohort import train
from aegan.training.cost import flops_per_round
from aegan.training.member import Member
from aegan.training.member_factory import autoencoder_recruits, gan_recruits
from aegan.training.observers import Observer

#: of everything that is tried
SEED = 0

#: of a training
ROUNDS = 300


class Trial(NamedTuple):
    """An entry of the catalogue, and the settings of a game that shows it."""

    kind: str  #: the axis that it is a choice of, in the plural
    name: str
    summary: str  #: first paragraph of its docstring: what it is, paper and equation
    options: tuple[str, ...]
    settings: Mapping[str, Any]  #: a resolved entry of `methods`, or of `autoencoders` for one of those


#: what shows some entries best, besides the entry itself
PARTNERS: dict[tuple[str, str], dict[str, Any]] = {
    # Choi 2017 finds that medGAN needs it
    ("roles", "decoded"): {"generator": {"name": "dense", "normalisation": "batch"}},
    ("losses", "wasserstein"): {"penalty": "gp"},
    ("constraints", "clip"): {"loss": "wasserstein", "optimiser": "rmsprop"},
    ("penalties", "gp"): {"loss": "wasserstein"},
    ("penalties", "one_sided_gp"): {"loss": "wasserstein"},
    ("penalties", "r1_r2"): {"loss": "relativistic"},
    ("penalties", "lecam"): {"loss": "hinge"},
    ("objectives of an autoencoder", "vae"): {"objective": {"name": "vae", "variance": 0.05}},
    ("objectives of an autoencoder", "iwae"): {"objective": {"name": "iwae", "variance": 0.05}},
    ("generators", "residual"): {"loss": "relativistic", "penalty": "r1_r2"},
    ("discriminators", "residual"): {"loss": "relativistic", "penalty": "r1_r2"},
}


def trials() -> Iterator[Trial]:
    """Go through all entries whose choice makes another game or another autoencoder."""
    axes: dict[str, tuple[Mapping[str, Any], Any]] = {
        "roles": (ROLES, lambda name: {"role": name}),
        "losses": (LOSSES, lambda name: {"loss": name}),
        "penalties": (PENALTIES, lambda name: {"penalty": name}),
        "constraints": (CONSTRAINTS, lambda name: {"constraint": name}),
        "views": (VIEWS, lambda name: {"views": [name]}),
        "generators": (GENERATORS, lambda name: {"generator": name, "discriminator": name}),
        "discriminators": (DISCRIMINATORS, lambda name: {"generator": name, "discriminator": name}),
        "initialisers": (INITIALISERS, lambda name: {"initialiser": name}),
    }
    for kind, (catalogue, axis) in axes.items():
        for name, entry in catalogue.items():
            yield _described(kind, name, entry, method(**axis(name), **PARTNERS.get((kind, name), {})))
    for name, summary in NORMALISERS.items():
        yield Trial("normalisers", name, summary, (), convolutional(normalisation=name))
    for name, entry in AUTOENCODERS.items():
        yield _described("autoencoders", name, entry, autoencoder(architecture=name))
    for name, entry in OBJECTIVES.items():
        kind = "objectives of an autoencoder"
        yield _described(kind, name, entry, autoencoder(**{"objective": name} | PARTNERS.get((kind, name), {})))


def settings_of(kind: str, name: str) -> Mapping[str, Any]:
    """Return the settings of the game that shows an entry."""
    return next(trial.settings for trial in trials() if (trial.kind, trial.name) == (kind, name))


def _described(kind: str, name: str, entry: Any, settings: Mapping[str, Any]) -> Trial:
    model = options_model(name, entry)
    return Trial(kind, name, str(model.__doc__), tuple(key for key in model.model_fields if key != "name"), settings)


def method(**axes: Any) -> dict[str, Any]:
    """Resolve a method at the defaults of everything but `axes`: a plain non-saturating GAN of dense networks."""
    return Method.model_validate({"role": "none", "rounds": ROUNDS} | axes).plain()


def convolutional(**options: Any) -> dict[str, Any]:
    """Resolve the plain GAN of convolutional networks with these options."""
    network = {"name": "conv", **options}
    return method(generator=network, discriminator=network)


def autoencoder(**axes: Any) -> dict[str, Any]:
    """Resolve an autoencoder at the defaults of everything but `axes`: a dense one, by mean squared error."""
    return Autoencoder.model_validate({"architecture": "dense"} | axes).plain()


@cache
def digits() -> ArrayDataset:
    """Load the digits with their labels."""
    loaded = Digits().load([])
    return ArrayDataset(loaded.values, loaded.labels)


def recruited(settings: Mapping[str, Any], trained: Trained | None = None) -> tuple[Member, Sequence[Observer]]:
    """Make the member of a resolved method or autoencoder, at its first round, and what probes it."""
    rows, probes = digits(), Probes().plain()
    if "role" not in settings:
        return autoencoder_recruits(settings, probes, rows)[0](SEED)
    # a copy, for a game may move the decoder that it is given
    needed = deepcopy(trained) if needs_autoencoder(settings["role"]["name"]) else None
    return gan_recruits(settings, probes, rows, lambda _seed: encoded(needed), lambda _seed: needed)(SEED)


def encoded(trained: Trained | None) -> ArrayDataset:
    """Encode the digits, for a game that is played on codes."""
    assert trained is not None
    return ArrayDataset(digits().map_batches(trained.autoencoder.encode))


def decoder_of_digits(rounds: int) -> Trained:
    """Train a dense autoencoder on the digits for so many rounds, for the roles that need one."""
    member, _ = recruited(autoencoder())
    train(member, rounds, [])
    network: Any = member.game.modules["autoencoder"]
    return Trained(network, gaussian(digits().map_batches(network.encode), SEED))


def costs(kind: str | None = None) -> Iterator[tuple[Trial, float]]:
    """Count the floating-point operations of a round of every entry, or of a kind's, over those of its plain one."""
    untrained = decoder_of_digits(0)

    def flops(settings: Mapping[str, Any]) -> int:
        return flops_per_round(recruited(settings, untrained)[0])

    plain = {"role": flops(method()), "objective": flops(autoencoder()), "normalisers": flops(convolutional())}
    for trial in (trial for trial in trials() if kind in {None, trial.kind}):
        unit = plain.get(trial.kind) or plain["role" if "role" in trial.settings else "objective"]
        yield trial, flops(trial.settings) / unit
