from tests.contributed.checks import check_in_catalogue, check_listed, play

from aegan.config.methods import Method


def test_config_docs_catalogue_and_every_kind_of_data_know_the_network(tiny):
    resolved = Method.model_validate({"role": "none", "discriminator": "maxout"}).to_params()["discriminator"]
    assert resolved == {"name": "maxout", "width": 128, "pieces": 5}
    check_listed("maxout", "Maxout network from data (N, *shape) to (N, outputs)")
    check_in_catalogue("discriminators", "maxout")
    network = {"name": "maxout", "width": 4}
    for role in ("none", "latent"):  # images, codes
        play(tiny, tiny.method(role, discriminator=network))
    play(tiny, tiny.method({"name": "bigan", "encoder": network}))


def test_a_method_measures_its_layers(tiny):
    member = play(tiny, tiny.method(discriminator={"name": "maxout", "width": 4}))
    assert {"maxout.linear", "dense"} <= set(member.history.to_frame()["layer"])
