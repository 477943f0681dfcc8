"""The config: what is accepted, what is refused, and in which words."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from aegan.config.docs import CATALOGUES, readme, schema
from aegan.config.model import Config
from aegan.config.validation import ConfigError, load, merged
from aegan.errors import InputError
from aegan.games.roles import ROLES, needs_autoencoder

ROOT = Path(__file__).parents[2]
STUDIES = sorted((ROOT / "config" / "studies").glob("*.yaml"))


@pytest.fixture
def raw() -> dict[str, Any]:
    return merged([ROOT / "config" / "config.yaml"])


def problems(raw: dict[str, Any]) -> str:
    with pytest.raises(ConfigError) as caught:
        load(raw)
    return str(caught.value)


def put(raw: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(raw)
    node = changed
    *parents, last = path.split(".")
    for part in parents:
        node = node.setdefault(part, {})
    node[last] = value
    return changed


@pytest.mark.parametrize("study", STUDIES, ids=lambda path: path.stem)
def test_every_study_is_valid(study: Path) -> None:
    base = [ROOT / "config" / "studies" / "fashion_mnist.yaml"] if study.stem.endswith("_full") else []
    load(merged([ROOT / "config" / "config.yaml", *base, study]))


def test_quickstart_is_what_it_promises(raw: dict[str, Any]) -> None:
    config = load(raw)
    assert config.study.methods == ["gan", "article", "latent", "warm_start", "gan_r1", "article_r1", "latent_r1"]
    plain = {"article": "gan", "latent": "gan", "warm_start": "gan", "gan_r1": "gan"}
    assert config.baselines() == plain | {"article_r1": "gan_r1", "latent_r1": "gan_r1"}
    assert config.blocks() == ["0-4"]
    assert all(config.methods[name].rounds >= 2000 for name in config.study.methods)


def test_article_is_exactly_the_article_s(raw: dict[str, Any]) -> None:
    article = load(raw).resolved("autoencoders", "article")
    assert article["architecture"] == {"name": "article", "code": 32, "hidden": "relu", "output": "sigmoid"}
    assert article["objective"] == {"name": "mse"}
    assert (article["epochs"], article["batch_size"]) == (50, 256)
    assert article["optimiser"] == {
        "name": "adam", "learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7,
    }  # fmt: skip
    assert "patience" not in article


def test_entries_take_what_they_do_not_set_from_the_shared_section(raw: dict[str, Any]) -> None:
    changed = put(put(raw, "gan.rounds", 77), "methods.gan.rounds", 5)
    config = load(changed)
    assert config.methods["gan"].rounds == 5
    assert config.methods["latent"].rounds == 77
    assert "penalty" not in config.resolved("methods", "gan")


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("study.sedes", 3, "study.sedes: unknown key. Did you mean 'seeds'?"),
        ("gann", {}, "gann: unknown key. Did you mean 'gan'?"),
        ("gan.loss", "minmax", "gan.loss: 'minmax' is not known. Did you mean 'minimax'? Known: minimax, "),
        ("gan.rounds", "many", "gan.rounds: "),
        ("gan.rounds", 0, "gan.rounds: "),
        ("methods.gan_r1.penalty", {"name": "r1", "gama": 1}, "penalty.gama: unknown key. Did you mean 'gamma'"),
        ("methods.gan_r1.penalty", "r11", "methods.gan_r1.penalty: 'r11' is not known. Did you mean 'r1'?"),
        ("methods.article.role", {"name": "reconstruction", "weight": -1}, "methods.article.role.weight: "),
        ("methods.gan.role", "nonne", "methods.gan.role: 'nonne' is not known. Did you mean 'none'?"),
        ("methods.latent.autoencoder", "dens", "methods.latent.autoencoder: 'dens' is not among"),
        ("study.methods", ["gan", "lattent"], "study.methods[1]: 'lattent' is not among the methods. Did you"),
        ("study.datasets", ["digit"], "study.datasets[0]: 'digit' is not among the datasets. Did you mean 'digits'?"),
        ("study.methods", ["gan", "gan"], "study.methods: a name is listed twice"),
        ("study.seeds", "4-0", "study.seeds: the range 4-0 runs backwards; write 0-4"),
        ("study.seeds", 5, "study.seeds: "),
        ("datasets.digits.source", {"name": "npy"}, "datasets.digits.source.path: missing"),
        ("datasets", {"my/data": {"source": "digits"}}, "my/data"),
        ("methods.gan.autoencoder", "dense", "methods.gan.autoencoder: the role none plays without an autoencoder"),
        ("methods.x", {"role": "latent"}, "methods.x.autoencoder: the role latent needs one"),
        ("methods.latent.generator", "conv", "methods.latent.generator: the role latent plays on codes"),
        ("methods.x", {"role": "bigan", "discriminator": "conv"}, "methods.x.discriminator: the role bigan"),
        ("methods.x", {"role": "ebgan", "loss": "hinge"}, "methods.x.loss: the role ebgan does not read it"),
        ("methods.x", {"role": "ebgan", "penalty": "r1"}, "methods.x.penalty: the role ebgan does not read it"),
        ("methods.x", {"role": "ebgan", "packing": 2}, "methods.x.packing: the role ebgan does not read it"),
        ("methods.x", {"role": "ebgan", "discriminator": "conv"}, "methods.x.discriminator: the role ebgan does not"),
        ("methods.x", {"role": {"name": "ebgan", "margn": 1}}, "x.role.margn: unknown key. Did you mean 'margin'?"),
        ("methods.x", {"role": {"name": "ebgan", "architecture": "dens"}}, "role.architecture: 'dens' is not known"),
        (
            "methods.x",
            {"role": {"name": "ebgan", "architecture": {"name": "conv", "channel": 2}}},
            "methods.x.role.architecture.channel: unknown key. Did you mean 'channels'?",
        ),
        ("methods.x", {"role": "none", "packing": 3}, "methods.x.batch_size: 64 is no multiple of the packing, 3"),
        ("gan.packing", 5, "methods.gan.batch_size: 64 is no multiple of the packing, 5"),
        ("gan.packing", 0, "gan.packing: "),
        ("methods.x", {"role": "none", "processes": 3}, "methods.x.batch_size: 64 cannot be shared evenly by the proc"),
        ("methods.x", {"role": "none", "processes": 32, "packing": 4}, "in whole packs. Use a multiple of 128"),
        ("methods.x", {"role": "ac_gan", "packing": 2}, "methods.x.packing: the role ac_gan judges data with their"),
        ("methods.x", {"role": "veegan", "discriminator": "conv"}, "methods.x.discriminator: the role veegan plays on"),
        (
            "methods.x",
            {"role": {"name": "alpha_gan", "code_discriminator": "conv"}},
            "role.code_discriminator: 'conv' is not known. Known: dense",
        ),
        (
            "methods.x",
            {"role": "features", "autoencoder": "dense", "packing": 2},
            "methods.x.packing: the role features does not read it, for it has discriminators of its own. Remove",
        ),
        (
            "methods.x",
            {"role": "none", "penalty": "gp", "discriminator": {"name": "conv", "normalisation": "batch"}},
            "methods.x.discriminator: with batch normalisation a logit depends on the whole batch",
        ),
        ("methods.x", {"role": "aae", "views": ["diffaugment"]}, "methods.x.views: diffaugment is for images"),
        ("methods.x", {"role": "none", "penalty_weight": "cosine"}, "methods.x.penalty_weight: there is no penalty"),
        (
            "methods.x",
            {"role": "none", "discriminator": {"name": "dense", "normalisation": "instance"}},
            "methods.x.discriminator.normalisation: 'instance' is not known",
        ),
        ("autoencoders.article.objective", "vae", "autoencoders.article.architecture: the article's encoder ends"),
        ("autoencoders.article.objective", {"name": "iwae"}, "article.architecture: the article's encoder ends"),
        (
            "autoencoders.vq_vae.objective",
            {"name": "vq_vae", "width": 5},
            "autoencoders.vq_vae.objective.width: 5 does not divide the 32 numbers of a code. Use a divisor of 32",
        ),
        ("report.baselines", {"article": "gann"}, "report.baselines.article: 'gann' is not among the methods"),
        ("methods.gan", 3, "methods.gan: "),
    ],
)  # fmt: skip
def test_mistakes_are_named_with_their_path_and_their_mend(
    raw: dict[str, Any], path: str, value: Any, words: str
) -> None:
    broken = put(raw, path, value)
    if path == "methods.x":
        broken = put(broken, "study.methods", ["gan", "x"])
    assert words in problems(broken)


def test_methods_that_are_not_run_may_inherit_what_does_not_suit_them(raw: dict[str, Any]) -> None:
    convolutional = put(put(raw, "gan.generator", "conv"), "gan.discriminator", "conv")
    load(put(convolutional, "study.methods", ["gan", "warm_start"]))
    assert "methods.latent.generator" in problems(put(convolutional, "study.methods", ["gan", "latent"]))


def test_all_mistakes_are_told_at_once(raw: dict[str, Any]) -> None:
    broken = put(put(put(raw, "study.sedes", 1), "gan.loss", "x"), "methods.latent.autoencoder", "y")
    text = problems(broken)
    assert text.startswith("3 mistakes in the config; nothing was started")
    assert all(key in text for key in ("study.sedes", "gan.loss", "methods.latent.autoencoder"))


def test_a_mistake_in_a_shared_section_is_told_once(raw: dict[str, Any]) -> None:
    assert problems(put(raw, "gan.loss", "x")).count("is not known") == 1


def test_a_role_is_spared_what_it_does_not_read(raw: dict[str, Any]) -> None:
    shared = put(put(put(raw, "gan.penalty", "r1"), "gan.packing", 3), "gan.batch_size", 63)
    config = load(put(shared, "methods.x", {"role": "ebgan", "penalty": None}))
    assert set(config.resolved("methods", "gan")) - set(config.resolved("methods", "x")) == {
        "loss", "penalty", "penalty_weight", "views", "discriminator", "packing",
    }  # fmt: skip
    assert config.resolved("methods", "x")["role"]["architecture"]["name"] == "dense"
    load(
        put(put(shared, "methods", {"x": {"role": "ebgan", "batch_size": 64}}), "study.methods", ["x"]) | {"report": {}}
    )


def test_an_unreadable_config_file_is_named(tmp_path: Path) -> None:
    for name, content in {"a.yaml": "study: [", "b.yaml": "- 1"}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=name):
            merged([tmp_path / name])
    with pytest.raises(InputError, match=r"missing\.yaml"):
        merged([tmp_path / "missing.yaml"])


def test_overlays_merge_as_snakemake_merges(raw: dict[str, Any]) -> None:
    from snakemake.utils import update_config

    overlay = ROOT / "config" / "studies" / "fashion_mnist.yaml"
    expected = copy.deepcopy(raw)
    update_config(expected, yaml.safe_load(overlay.read_text("utf-8")))
    assert merged([ROOT / "config" / "config.yaml", overlay]) == expected


def test_blocks_keep_their_borders_when_seeds_are_added(raw: dict[str, Any]) -> None:
    assert load(put(raw, "study.seeds", "0-11")).blocks() == ["0-4", "5-9", "10-11"]
    assert load(put(raw, "study.seeds", "3-6")).blocks() == ["3-4", "5-6"]


def test_schema_and_readme_are_those_of_the_models() -> None:
    mend = "run `aegan docs`"
    assert (ROOT / "config" / "schema.json").read_text("utf-8") == schema(), mend
    assert (ROOT / "config" / "README.md").read_text("utf-8") == readme(), mend


def test_the_schema_enumerates_the_catalogues() -> None:
    text = json.dumps(Config.model_json_schema())
    for _, catalogue in CATALOGUES.values():
        assert all(f'"const": "{name}"' in text for name in catalogue)
    roles = Config.model_json_schema()["$defs"]["Method"]["properties"]["role"]["discriminator"]["mapping"]
    assert set(roles) == set(ROLES)


def test_roles_say_themselves_whether_they_need_an_autoencoder() -> None:
    assert {role for role in ROLES if needs_autoencoder(role)} == {
        "reconstruction", "latent", "warm_start", "decoded", "decoded_reconstruction", "features",
    }  # fmt: skip


def test_every_option_is_documented() -> None:
    from aegan.registry import options_model

    for _, catalogue in CATALOGUES.values():
        for name, entry in catalogue.items():
            model = options_model(name, entry)
            assert model.__doc__
            assert all(field.description for key, field in model.model_fields.items() if key != "name"), name


@pytest.mark.parametrize("entry", [None, 3, ["role"]])
def test_an_entry_that_is_no_mapping_is_named(raw: dict[str, Any], entry: object) -> None:
    assert "methods.gan: " in problems(put(raw, "methods.gan", entry))


def test_a_name_that_no_figure_has_room_for_is_refused(raw: dict[str, Any]) -> None:
    long = "a" * 41
    assert "at most 40 characters" in problems(put(raw, f"methods.{long}", {"role": "none"}))
