from pathlib import Path
from typing import Any

import pytest
from tests.config.config_changes import ROOT, check_message, problems, put

from aegan.config.error_messages import ConfigError
from aegan.config.validation import load_config, refuse_unsuitable_data
from aegan.config.yaml_files import merge_config_files
from aegan.data.raw_dataset import DataOutline


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("methods.latent.autoencoder", "dens", "methods.latent.autoencoder: 'dens' is not among"),
        ("study.methods", ["gan", "lattent"], "study.methods[1]: 'lattent' is not among the methods. Did you"),
        ("study.datasets", ["digit"], "study.datasets[0]: 'digit' is not among the datasets. Did you mean 'digits'?"),
        ("report.baselines", {"article": "gann"}, "report.baselines.article: 'gann' is not among the methods"),
        ("report.baselines", {"article": ["gan", "gann"]}, "report.baselines.article: 'gann' is not among the methods"),
    ],
)
def test_a_reference_to_an_entry_that_does_not_exist_is_named_with_a_suggestion(
    raw: dict[str, Any], path: str, value: Any, words: str
) -> None:
    check_message(raw, path, value, words)


STUDIES = sorted((ROOT / "config" / "studies").glob("*.yaml"))
#: overlay of another study -> that study
BASES = {"answer_check": "answer", "fashion_mnist_full": "fashion_mnist"}


@pytest.mark.parametrize("study", STUDIES, ids=lambda path: path.stem)
def test_every_study_is_valid(study: Path) -> None:
    base = [study.with_stem(BASES[study.stem])] if study.stem in BASES else []
    load_config(merge_config_files([ROOT / "config" / "config.yaml", *base, study]))


def test_all_mistakes_are_told_at_once(raw: dict[str, Any]) -> None:
    broken = put(put(put(raw, "study.sedes", 1), "gan.loss", "x"), "methods.latent.autoencoder", "y")
    text = problems(broken)
    assert text.startswith("3 mistakes in the config; nothing was started")
    assert all(key in text for key in ("study.sedes", "gan.loss", "methods.latent.autoencoder"))


def test_a_mistake_in_a_shared_section_is_told_once(raw: dict[str, Any]) -> None:
    assert problems(put(raw, "gan.loss", "x")).count("is not known") == 1


@pytest.mark.parametrize("entry", [None, 3, ["role"]])
def test_an_entry_that_is_no_mapping_is_named(raw: dict[str, Any], entry: object) -> None:
    assert "methods.gan: " in problems(put(raw, "methods.gan", entry))


def test_a_mistake_in_an_item_of_a_list_is_named_by_its_place(raw: dict[str, Any]) -> None:
    broken = put(raw, "gan.augmentations", ["diffaugment", {"name": "instance_noise", "deviation": -1}])
    assert "gan.augmentations.1.deviation: " in problems(broken)
    unknown = put(raw, "gan.augmentations", [{"name": "instance_noise", "deviations": 1}])
    assert "gan.augmentations.0.deviations: unknown key. Did you mean 'deviation'?" in problems(unknown)


def test_data_that_are_seen_are_refused_together(raw: dict[str, Any]) -> None:
    changed = put(raw, "datasets.x", {"source": {"name": "npy", "path": "x.npy"}})
    config = load_config(put(put(changed, "study.datasets", ["digits", "x"]), "study.methods", ["gan", "article"]))
    outlines = {"x": DataOutline((1, 4, 4), rows=2), "digits": DataOutline((1, 8, 8), rows=1797)}
    refuse_unsuitable_data(config, {"digits": outlines["digits"]})
    with pytest.raises(ConfigError, match="2 mistakes in the config") as caught:
        refuse_unsuitable_data(config, outlines)
    assert "article.architecture.code" in str(caught.value)


def test_mistakes_of_all_kinds_are_told_at_once(raw: dict[str, Any]) -> None:
    points = put(put(raw, "study.datasets", ["ring"]), "report.baselines", {"gan": "gan"})
    points = put(points, "study.methods", ["gan", "article", "latent"])
    text = problems(put(put(points, "gan.generator", "conv"), "methods.article.latent", 7))
    words = (
        "report.baselines.gan: a method is no baseline of its own",
        "methods.gan.generator: conv slides over rows and columns",
        "methods.article.latent: the role reconstruction does not read it",
        "autoencoders.dense.architecture.code: a code of 32 numbers",
        "methods.latent.generator: the role latent uses it for codes",
    )
    assert all(each in text for each in words)


def test_mistakes_of_every_kind_are_named_at_once(raw):
    """A wrong value does not hide a baseline that names itself, or a code larger than the data."""
    raw["methods"] |= {"bad": {"role": "none", "loss": "hinge", "rounds": -1}}
    raw["study"] |= {"methods": ["gan", "latent", "bad"]}
    raw["report"] = {"baselines": {"gan": "gan"}}
    raw["autoencoders"]["dense"]["architecture"] = {"name": "dense", "code": 5000}
    raw["gan"] = raw.get("gan", {}) | {"ema_decay": float("inf")}
    with pytest.raises(ConfigError) as caught:
        load_config(raw)
    text = str(caught.value)
    for path in ("methods.bad.rounds", "gan.ema_decay", "report.baselines.gan", "dense.architecture.code"):
        assert path in text, (path, text)


def test_an_invalid_value_is_not_judged_by_its_default(raw):
    raw["autoencoders"]["dense"]["architecture"] = {"name": "dense", "code": "two"}
    raw["datasets"] = {"digits": {"source": "digits"}, "ring": {"source": "ring"}}
    raw["study"]["datasets"] = ["ring"]
    with pytest.raises(ConfigError) as caught:
        load_config(raw)
    assert str(caught.value).count("autoencoders.dense.architecture.code") == 1


def test_augmentations_of_images_and_channels_of_points_are_refused(raw):
    raw["datasets"]["ring"] = {"source": "ring", "show": [0, 1, 2]}
    raw["study"] |= {"datasets": ["ring"], "methods": ["gan"], "reproductions": []}
    raw["methods"]["gan"]["augmentations"] = ["diffaugment"]
    with pytest.raises(ConfigError) as caught:
        load_config(raw)
    for words in ("methods.gan.augmentations: diffaugment is for images", "datasets.ring.show: the data are points"):
        assert words in str(caught.value)


def test_data_of_a_reproduction_need_their_labels(raw):
    raw["datasets"]["roll"] = {"source": "swiss_roll"}
    raw["reproductions"] = {"r": {"result": "packing", "dataset": "roll"}}
    raw["study"]["reproductions"] = ["r"]
    with pytest.raises(ConfigError, match=r"datasets\.roll: the samples have no labels"):
        load_config(raw)


@pytest.mark.parametrize("seed", [1234567890, 2**63 - 1])
def test_large_seeds_are_seeds(raw, seed):
    raw["data"] = {"seed": seed}
    assert load_config(raw).data.seed == seed
    raw["study"]["seeds"] = f"{2**63}-{2**63}"
    with pytest.raises(ConfigError, match=r"study\.seeds"):
        load_config(raw)
