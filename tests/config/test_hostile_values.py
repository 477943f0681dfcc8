"""Every key of the config with hostile values: it is refused by its path, or a job can use it."""

import inspect
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import BaseModel
from tests.config.config_changes import put

from aegan.config.docs import REGISTRIES
from aegan.config.error_messages import ConfigError
from aegan.config.model import SHARED_SECTIONS, Config
from aegan.config.validation import load_config
from aegan.data.array_dataset import ArrayDataset
from aegan.data.sources import SOURCES
from aegan.evaluation.latent_prior import SAMPLERS
from aegan.games.assembly import make_autoencoder
from aegan.games.components import TrainedAutoencoder
from aegan.games.roles import ROLES
from aegan.networks.prior import Mixture
from aegan.registry import build, make_options_model
from aegan.reproductions.registry import REPRODUCTIONS
from aegan.training.member import Member
from aegan.training.member_factory import autoencoder_member_factory, gan_member_factory
from aegan.training.round import play_round

HOSTILE = [math.nan, math.inf, -math.inf, 1e308, 10**12, 10**9, -1, 0, True, "", "∞", [], {}, None, [math.nan], [True]]

BASE: dict[str, Any] = {
    "study": {"name": "s", "title": "t", "datasets": ["d"], "methods": ["m", "w"], "reproductions": []},
    "datasets": {
        "d": {"source": "digits"}, "ring": {"source": "ring"}, "dirac": {"source": "dirac"},
        "stacked": {"source": "stacked_fashion_mnist"},
    },
    "autoencoders": {"e": {"architecture": {"name": "dense", "code": 4, "width": 8, "depth": 1}}},
    "gan": {"generator": {"name": "dense", "width": 8, "depth": 1}, "latent": 3, "batch_size": 4},
    "methods": {"m": {"role": "none"}, "w": {"role": "warm_start", "autoencoder": "e"}},
    "reproductions": {},
}  # fmt: skip

IMAGES = ArrayDataset(
    np.random.default_rng(0).integers(0, 256, (20, 8, 8, 1), dtype=np.uint8), np.arange(20, dtype=np.int64) % 10
)
#: sizes from which a value is not tried out, because it would only take long
LONG = 100


def select_entry(path: str, name: str) -> tuple[dict[str, Any], str]:
    """Return a config that selects an entry of the registry at a path of `REGISTRIES`, and the path in that config."""
    if path == "datasets.NAME.source":
        options = {"path": "no such file"} if name in {"npy", "folder"} else {}
        method = {"study.methods": ["m"]} if name in {"ring", "grid", "swiss_roll", "dirac"} else {}
        return change(method | {"datasets.d.source": {"name": name, **options}}), "datasets.d.source"
    if path == "methods.NAME.role":
        needed = {"autoencoder": "e"} if ROLES[name].needs_autoencoder else {}
        return change({"methods.x": {"role": {"name": name}, **needed}, "study.methods": ["x"]}), "methods.x.role"
    if path == "reproductions.NAME.result":
        accepted = [
            dataset
            for dataset, entry in BASE["datasets"].items()
            if REPRODUCTIONS[name].accepts(build(SOURCES, {"name": entry["source"]}).outline())
        ]
        entry = {"result": {"name": name}, "dataset": accepted[0]}
        return change({"reproductions.r": entry, "study.reproductions": ["r"]}), "reproductions.r.result"
    if path == "gan.augmentations":
        return change({path: [{"name": name}]}), f"{path}.0"
    path = {"autoencoders.NAME.architecture": "autoencoders.e.architecture"}.get(path, path)
    code = {"code": 4} if path == "autoencoders.e.architecture" else {}
    penalty = {"gan.penalty": "r1"} if path == "gan.penalty_weight" else {}
    return change(penalty | {path: {"name": name, **code}}), path


def change(values: Mapping[str, Any]) -> dict[str, Any]:
    config = BASE
    for path, value in values.items():
        config = put(config, path, value)
    return config


def set_option(config: dict[str, Any], path: str, key: str, value: Any) -> dict[str, Any]:
    if path == "gan.augmentations.0":
        return put(config, "gan.augmentations", [{**config["gan"]["augmentations"][0], key: value}])
    return put(config, f"{path}.{key}", value)


def check_value(config: dict[str, Any], path: str, value: Any) -> None:
    """Check that a config is refused by the path of the changed key, or that jobs can use it."""
    problems, loaded = [], None
    try:
        loaded = load_config(config)
    except ConfigError as error:
        problems = error.problems
    # networks that are too large, and batches that packs do not divide, are mistakes of several keys
    shared = ("networks have", "not a multiple", "cannot be shared evenly")
    assert loaded or any(path in problem or any(words in problem for words in shared) for problem in problems), problems
    assert not (loaded and isinstance(value, float) and not math.isfinite(value))
    assert not (
        loaded and value is True and not path.endswith(("feature_matching", "diagnosis.penalty", "minibatch_averaging"))
    )
    if loaded:
        use_study(loaded)


def use_study(config: Config) -> None:
    """Build what the jobs of a study build, and play a round of every game that is not large."""
    assert all(config.resolve_params(section) is not None for section in Config.model_fields if section not in ENTRIES)
    probes = config.resolve_params("probes")
    for name in config.study.reproductions:
        build(REPRODUCTIONS, config.resolve_params("reproductions", name)["result"])
    for name in config.study.datasets:
        build(SOURCES, config.resolve_params("datasets", name)["source"]).outline()
    if config.study.datasets != ["d"] or config.datasets["d"].source.name != "digits":
        return
    for name in config.list_used_autoencoders("d"):
        entry = config.resolve_params("autoencoders", name)
        play(autoencoder_member_factory(entry, probes, IMAGES)[0](0)[0], entry["batch_size"])
    for name in config.study.methods:
        play(make_member(config, name), config.methods[name].batch_size)
    codes = np.random.default_rng(0).normal(size=(20, 2))
    assert torch.isfinite(build(SAMPLERS, config.resolve_params("latents")["sampler"], codes, 0).means).all()


def make_member(config: Config, name: str) -> Member:
    method, trained = config.resolve_params("methods", name), None
    if used := method.get("autoencoder"):
        autoencoder = make_autoencoder(config.resolve_params("autoencoders", used), (1, 8, 8), 0)
        prior = Mixture.standard_normal(autoencoder.code)
        trained = TrainedAutoencoder(autoencoder, prior)
    codes = ArrayDataset(np.zeros((20, trained.autoencoder.code if trained else 1), np.float32))
    return gan_member_factory(
        method, config.resolve_params("probes"), IMAGES, lambda _seed: codes, lambda _seed: trained
    )(0)[0]


def play(member: Member, batch_size: int) -> None:
    if batch_size <= LONG and all(player.moves <= LONG for player in member.game.players):
        play_round(member)


ENTRIES = {*SHARED_SECTIONS, "reproductions"}
OPTIONS = [(heading, name) for heading, (_, registry) in REGISTRIES.items() for name in registry]


@pytest.mark.parametrize(("heading", "name"), OPTIONS)
def test_every_option_of_every_entry(heading: str, name: str) -> None:
    path, registry = REGISTRIES[heading]
    config, path = select_entry(path, name)
    use_study(load_config(config))
    for key in make_options_model(name, registry[name]).model_fields.keys() - {"name"}:
        for value in HOSTILE:
            check_value(set_option(config, path, key, value), f"{path}.{key}", value)


def list_section_keys() -> Iterator[str]:
    names = {"datasets": "d", "autoencoders": "e", "methods": "w", "reproductions": "r"}
    for section, field in Config.model_fields.items():
        # the model itself, the values of a dict, or a section that may be switched off
        candidates = [field.annotation, *getattr(field.annotation, "__args__", ())]
        (model,) = (one for one in candidates if inspect.isclass(one) and issubclass(one, BaseModel))
        yield from (".".join(filter(None, [section, names.get(section), key])) for key in model.model_fields)


@pytest.mark.parametrize("path", [*list_section_keys()])
def test_every_key_of_every_section(path: str) -> None:
    needed = {"result": "vanishing", "dataset": "d"}
    config = change({"reproductions.r": needed, "study.reproductions": ["r"]})
    for value in HOSTILE:
        check_value(put(config, path, value), path, value)
