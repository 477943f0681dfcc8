from tests.config.config_changes import put
from tests.contributed.checks import check_in_catalogue, check_listed, play

from aegan.config.methods import Method
from aegan.config.validation import load_config


def test_config_docs_catalogue_and_game_know_the_penalty(tiny):
    penalty = Method.model_validate({"role": "none", "penalty": "drift"}).to_params()["penalty"]
    assert penalty == {"name": "drift", "weight": 0.001}
    check_listed("drift", "Penalise logits of real data")
    check_in_catalogue("penalties", "drift")
    play(tiny, tiny.method(penalty=penalty))


def test_the_config_asks_the_entry_whether_it_goes_with_batch_normalisation(raw):
    normalised = {"role": "none", "discriminator": {"name": "dense", "normalisation": "batch"}}
    load_config(put(put(raw, "methods.x", normalised | {"penalty": "drift"}), "study.methods", ["gan", "x"]))
