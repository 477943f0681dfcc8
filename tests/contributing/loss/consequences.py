from tests.contributed.checks import check_in_catalogue, check_listed, play

from aegan.config.methods import Method


def test_config_docs_catalogue_and_every_kind_of_role_know_the_loss(tiny):
    loss = Method.model_validate({"role": "none", "loss": "relativistic_average"}).to_params()["loss"]
    check_listed("relativistic_average", "Relativistic average loss (RaSGAN")
    check_in_catalogue("losses", "relativistic_average")
    for role in ("none", "bigan"):
        play(tiny, tiny.method(role) | {"loss": loss})
