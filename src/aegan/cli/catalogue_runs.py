"""Runs of the catalogue: a small training on the digits for every registry entry, and its cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple

from aegan.cli.catalogue_listing import Listed
from aegan.config.methods import Method
from aegan.config.sections import Autoencoder, Probes
from aegan.data.array_dataset import ArrayDataset
from aegan.data.digits import Digits
from aegan.evaluation.latent_prior import fit_gaussian
from aegan.games.autoencoder_objectives import OBJECTIVES
from aegan.games.components import TrainedAutoencoder
from aegan.games.roles import ROLES
from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.networks.initialise import INITIALISERS
from aegan.networks.normalisation import NORMALISERS
from aegan.objectives.augmentations import AUGMENTATIONS
from aegan.objectives.constraints import CONSTRAINTS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.registry import make_options_model
from aegan.training.cohort import train
from aegan.training.cost import flops_per_round
from aegan.training.member import Member
from aegan.training.member_factory import autoencoder_member_factory, gan_member_factory
from aegan.training.observers import Observer

#: the seed of all runs
SEED = 0
#: training rounds of a run
ROUNDS = 300


class CatalogueRun(NamedTuple):
    """A registry entry, and the settings of a run that uses it."""

    kind: str  #: the axis, in the plural
    name: str
    summary: str  #: first paragraph of its docstring: what it is, paper and equation
    options: tuple[str, ...]
    settings: Mapping[str, Any]  #: a resolved entry of `methods`, or of `autoencoders` for one of those


#: (kind, name) -> other settings that the entry needs or that make its effect visible
PARTNERS: dict[tuple[str, str], dict[str, Any]] = {
    # medGAN needs batch normalisation (Choi 2017)
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


def list_catalogue_runs() -> Iterator[CatalogueRun]:
    """Yield a run for every registry entry that changes the game or the autoencoder."""
    axes: dict[str, tuple[Mapping[str, Any], Any]] = {
        "roles": (ROLES, lambda name: {"role": name}),
        "losses": (LOSSES, lambda name: {"loss": name}),
        "penalties": (PENALTIES, lambda name: {"penalty": name}),
        "constraints": (CONSTRAINTS, lambda name: {"constraint": name}),
        "augmentations": (AUGMENTATIONS, lambda name: {"augmentations": [name]}),
        "generators": (GENERATORS, select_networks),
        "discriminators": (DISCRIMINATORS, select_networks),
        "initialisers": (INITIALISERS, lambda name: {"initialiser": name}),
    }
    for kind, (registry, axis) in axes.items():
        for name, entry in registry.items():
            yield _make_run(kind, name, entry, resolve_method(**axis(name), **PARTNERS.get((kind, name), {})))
    for name, summary in NORMALISERS.items():
        yield CatalogueRun("normalisers", name, summary, (), resolve_convolutional_method(normalisation=name))
    for name, entry in AUTOENCODERS.items():
        yield _make_run("autoencoders", name, entry, resolve_autoencoder(architecture=name))
    for name, entry in OBJECTIVES.items():
        kind = "objectives of an autoencoder"
        yield _make_run(kind, name, entry, resolve_autoencoder(**{"objective": name} | PARTNERS.get((kind, name), {})))


def select_networks(name: str) -> dict[str, str]:
    """Select the generator and the discriminator of this name; a network without such an entry keeps its default."""
    registries = {"generator": GENERATORS, "discriminator": DISCRIMINATORS}
    return {axis: name for axis, registry in registries.items() if name in registry}


def find_settings(kind: str, name: str) -> Mapping[str, Any]:
    """Return the settings of the run of an entry."""
    return next(run.settings for run in list_catalogue_runs() if (run.kind, run.name) == (kind, name))


def _make_run(kind: str, name: str, entry: Any, settings: Mapping[str, Any]) -> CatalogueRun:
    model = make_options_model(name, entry)
    options = tuple(key for key in model.model_fields if key != "name")
    return CatalogueRun(kind, name, str(model.__doc__), options, settings)


def resolve_method(**axes: Any) -> dict[str, Any]:
    """Resolve a method with the given axes and defaults for the others: a plain GAN of dense networks."""
    return Method.model_validate({"role": "none", "rounds": ROUNDS} | axes).to_params()


def resolve_convolutional_method(**options: Any) -> dict[str, Any]:
    """Resolve the plain GAN of convolutional networks with the given options."""
    network = {"name": "conv", **options}
    return resolve_method(generator=network, discriminator=network)


def resolve_autoencoder(**axes: Any) -> dict[str, Any]:
    """Resolve an autoencoder with the given axes and defaults for the others: a dense one with mean squared error."""
    return Autoencoder.model_validate({"architecture": "dense"} | axes).to_params()


@cache
def load_digits() -> ArrayDataset:
    """Load the digits with their labels."""
    loaded = Digits().load([])
    return ArrayDataset(loaded.values, loaded.labels)


def make_member(
    settings: Mapping[str, Any], trained: TrainedAutoencoder | None = None
) -> tuple[Member, Sequence[Observer]]:
    """Make the untrained member of a method or an autoencoder on the digits, and its observers.

    Args:
        settings: the resolved entry of `methods` or of `autoencoders`.
        trained: the trained autoencoder, for methods that need one.
    """
    dataset, probes = load_digits(), Probes().to_params()
    if "role" not in settings:
        return autoencoder_member_factory(settings, probes, dataset)[0](SEED)
    # a copy, because a game may train the decoder
    own = deepcopy(trained) if ROLES[settings["role"]["name"]].needs_autoencoder else None
    return gan_member_factory(settings, probes, dataset, lambda _seed: encode_digits(own), lambda _seed: own)(SEED)


def encode_digits(trained: TrainedAutoencoder | None) -> ArrayDataset:
    """Encode the digits, for a game on codes."""
    assert trained is not None
    return ArrayDataset(load_digits().map_batches(trained.autoencoder.encode))


def train_digits_autoencoder(rounds: int) -> TrainedAutoencoder:
    """Train a dense autoencoder on the digits, for the roles that need one."""
    member, _ = make_member(resolve_autoencoder())
    train(member, rounds, [])
    network: Any = member.game.modules["autoencoder"]
    return TrainedAutoencoder(network, fit_gaussian(load_digits().map_batches(network.encode), SEED))


def measure_costs(known: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Measure the cost of every entry: (kind, name) -> the cost.

    The cost is the number of floating-point operations of a round, relative to that of the baseline of the axis.

    Args:
        known: costs that are not measured again.
    """
    runs = [run for run in list_catalogue_runs() if (run.kind, run.name) not in known]
    untrained = train_digits_autoencoder(0)

    @cache
    def flops_of_baseline(kind: str, role: bool) -> int:
        if kind == "normalisers":
            return flops(resolve_convolutional_method())
        return flops(resolve_method() if role else resolve_autoencoder())

    def flops(settings: Mapping[str, Any]) -> int:
        return flops_per_round(make_member(settings, untrained)[0])

    measured = {
        (run.kind, run.name): flops(run.settings) / flops_of_baseline(run.kind, "role" in run.settings) for run in runs
    }
    return {**known, **measured}


def list_with_costs(costs: Mapping[tuple[str, str], float]) -> Iterator[Listed]:
    """Yield the entries for the list of `aegan methods`, with the costs that `measure_costs` returns."""
    for run in list_catalogue_runs():
        yield Listed(run.kind, run.name, run.summary, [*run.options], costs[run.kind, run.name])
