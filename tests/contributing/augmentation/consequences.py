from tests.config.config_changes import problems, put
from tests.contributed.checks import check_in_catalogue, check_listed, play

from aegan.config.methods import Method


def test_config_docs_catalogue_and_game_know_the_augmentation(tiny):
    method = Method.model_validate({"role": "none", "augmentations": ["flips"]}).to_params()
    assert method["augmentations"] == [{"name": "flips", "probability": 0.5}]
    check_listed("flips", "Mirror each image left to right with a probability")
    check_in_catalogue("augmentations", "flips")
    play(tiny, tiny.method(augmentations=method["augmentations"]))


def test_the_config_asks_the_entry_whether_it_is_for_images_alone(raw):
    method = {"role": "latent", "autoencoder": "article", "augmentations": ["flips"]}
    broken = put(put(raw, "methods.x", method), "study.methods", ["gan", "x"])
    assert "methods.x.augmentations: flips is for images" in problems(broken)
