from tests.config.config_changes import problems, put
from tests.contributed.checks import check_in_catalogue, check_listed, play

from aegan.config.methods import Method
from aegan.config.validation import load_config


def test_config_docs_catalogue_and_training_know_the_role(tiny):
    role = Method.model_validate({"role": "bagan", "autoencoder": "dense"}).to_params()["role"]
    check_listed("bagan", "Start G as the trained decoder and D as the trained encoder")
    check_in_catalogue("roles", "bagan")
    play(tiny, tiny.method(role))


def test_the_config_asks_the_role_what_it_needs_and_reads(raw):
    study = put(raw, "study.methods", ["gan", "x"])
    config = load_config(put(study, "methods.x", {"role": "bagan", "autoencoder": "article"}))
    assert "discriminator" not in config.resolve_params("methods", "x")
    assert config.resolve_baselines()["x"] == ["gan"]
    assert "the role bagan needs one" in problems(put(study, "methods.x", {"role": "bagan"}))
    own = {"role": "bagan", "autoencoder": "article", "discriminator": "conv"}
    assert "methods.x.discriminator: the role bagan does not read it" in problems(put(study, "methods.x", own))
