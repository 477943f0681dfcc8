"""The config: what is accepted, what is refused, and in which words."""

from typing import Any

from tests.config.config_changes import put

from aegan.config.validation import load_config


def test_quickstart_is_what_it_promises(raw: dict[str, Any]) -> None:
    config = load_config(raw)
    assert config.study.methods == [
        *("gan", "reconstruction", "warm_start", "gan_r1", "reconstruction_r1", "gan_article", "article")
    ]
    plain = {"reconstruction": "gan", "warm_start": "gan", "gan_r1": "gan"}
    assert config.resolve_baselines() == plain | {"reconstruction_r1": "gan_r1", "article": "gan_article"}
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
