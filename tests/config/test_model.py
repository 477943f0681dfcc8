"""The config: what is accepted, what is refused, and in which words."""

from typing import Any

import pytest
from tests.config.config_changes import put

from aegan.config.validation import load_config


def test_quickstart_is_what_it_promises(raw: dict[str, Any]) -> None:
    config = load_config(raw)
    assert config.study.methods == [
        *("gan", "reconstruction", "warm_start", "gan_r1", "reconstruction_r1", "gan_article", "article")
    ]
    plain = {"reconstruction": ["gan"], "warm_start": ["gan"], "gan_r1": ["gan"]}
    assert config.resolve_baselines() == plain | {"reconstruction_r1": ["gan_r1"], "article": ["gan_article"]}
    assert config.list_seed_blocks() == ["0-11"]
    assert all(config.methods[name].rounds >= 2000 for name in config.study.methods)


def test_entries_take_what_they_do_not_set_from_the_shared_section(raw: dict[str, Any]) -> None:
    changed = put(put(raw, "gan.rounds", 77), "methods.gan.rounds", 5)
    config = load_config(changed)
    assert config.methods["gan"].rounds == 5
    assert config.methods["latent"].rounds == 77
    assert "penalty" not in config.resolve_params("methods", "gan")


def test_blocks_keep_their_borders_when_seeds_are_added(raw: dict[str, Any]) -> None:
    raw = put(raw, "study.block", 5)
    assert load_config(put(raw, "study.seeds", "0-11")).list_seed_blocks() == ["0-4", "5-9", "10-11"]
    assert load_config(put(raw, "study.seeds", "3-6")).list_seed_blocks() == ["3-4", "5-6"]
    changed = load_config(put(raw, "reproductions.dirac.seeds", "7-11"))
    assert changed.list_seed_blocks("dirac") == ["7-9", "10-11"]
    assert changed.list_seed_blocks("spectral_bound") == changed.list_seed_blocks() == ["0-4", "5-9", "10-11"]


@pytest.fixture
def several(raw: dict[str, Any]) -> dict[str, Any]:
    """A study of digits and of points in the plane, whose codes are of two numbers."""
    methods = ["gan", "gan_r1", "gan_article", "article"]
    study = {"datasets": ["digits", "ring"], "methods": methods, "reproductions": []}
    raw = put(put(raw, "autoencoders.article.architecture.code", 2), "gan.latent", 2)
    return raw | {"study": raw["study"] | study}


def test_a_data_set_runs_all_methods_unless_it_names_its_own(several: dict[str, Any]) -> None:
    config = load_config(several)
    assert config.list_methods("ring") == config.list_methods("digits") == config.study.methods
    assert config.list_used_autoencoders("ring") == ["article"]
    named = load_config(put(several, "study.only", {"ring": ["gan_r1", "gan"]}))
    assert named.list_methods("ring") == ["gan", "gan_r1"]  # in the order of the study
    assert named.list_methods("digits") == config.study.methods
    assert (named.list_used_autoencoders("ring"), named.list_used_autoencoders("digits")) == ([], ["article"])


def test_a_pair_may_have_the_same_networks_on_one_data_set_and_not_on_another(several: dict[str, Any]) -> None:
    """The article's decoder ends in a sigmoid, as do generators of pixels, but not those of points."""
    found = load_config(several).describe_differences()
    assert found["digits"] == {"gan_r1": {"gan": ""}, "article": {"gan_article": ""}}
    assert found["ring"].pop("article")["gan_article"].startswith("generator: Sigmoid(), not ")
    assert found["ring"] == {"gan_r1": {"gan": ""}}


def test_methods_are_compared_where_both_run(several: dict[str, Any]) -> None:
    config = load_config(put(several, "study.only", {"ring": ["gan", "article", "gan_r1"]}))
    assert config.resolve_baselines() == {"gan_r1": ["gan"], "article": ["gan_article"]}
    matched = {"gan_r1": {"gan": ""}, "article": {"gan_article": ""}}
    assert config.describe_differences() == {"digits": matched, "ring": {"gan_r1": {"gan": ""}, "article": {}}}
    # the counterpart is one that runs beside the method
    apart = load_config(put(several, "study.only", {"digits": ["gan", "article"], "ring": ["gan_article", "gan_r1"]}))
    assert apart.resolve_baselines() == {"article": ["gan"]}
