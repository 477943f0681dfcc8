from typing import Any

import pytest
from tests.config.config_changes import check_message, problems, put

from aegan.config.validation import load_config


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("study.methods", ["gan", "gan"], "study.methods: a name is listed twice"),
        ("methods.gan.autoencoder", "dense", "methods.gan.autoencoder: the role none uses no autoencoder"),
        ("methods.x", {"role": "latent"}, "methods.x.autoencoder: the role latent needs one"),
        (
            "methods.x",
            {"role": "latent", "autoencoder": "dense", "generator": "conv"},
            "methods.x.generator: the role latent uses it for codes",
        ),
        (
            "methods.x",
            {"role": "bigan", "discriminator": "conv"},
            "methods.x.discriminator: the role bigan uses it for pairs of data and code",
        ),
        (
            "methods.x",
            {"role": {"name": "reconstruction", "weight": 1.0, "share": 0.5}, "autoencoder": "dense"},
            "methods.x: it has both a weight and a share, which sets the weight (data set digits). Remove one",
        ),
        ("methods.x", {"role": "ebgan", "loss": "hinge"}, "methods.x.loss: the role ebgan does not read it"),
        ("methods.x", {"role": "ebgan", "penalty": "r1"}, "methods.x.penalty: the role ebgan does not read it"),
        ("methods.x", {"role": "ebgan", "packing": 2}, "methods.x.packing: the role ebgan does not read it"),
        ("methods.x", {"role": "ebgan", "discriminator": "conv"}, "methods.x.discriminator: the role ebgan does not"),
        ("methods.x", {"role": "none", "packing": 3}, "methods.x.batch_size: 64 is not a multiple of the packing, 3"),
        ("gan.packing", 5, "methods.gan.batch_size: 64 is not a multiple of the packing, 5"),
        ("methods.x", {"role": "none", "processes": 3}, "methods.x.batch_size: 64 cannot be shared evenly by the proc"),
        ("methods.x", {"role": "none", "processes": 32, "packing": 4}, "in whole packs. Use a multiple of 128"),
        (
            "methods.x",
            {"role": "ac_gan", "packing": 2},
            "methods.x.packing: the discriminator of the role ac_gan sees data with their",
        ),
        (
            "methods.x",
            {"role": "veegan", "discriminator": "conv"},
            "methods.x.discriminator: the role veegan uses it for pairs",
        ),
        (
            "methods.x",
            {"role": "features", "autoencoder": "dense", "packing": 2},
            "methods.x.packing: the role features does not read it, because it has discriminators of its own. Remove",
        ),
        (
            "methods.x",
            {"role": "none", "penalty": "gp", "discriminator": {"name": "conv", "normalisation": "batch"}},
            "methods.x.discriminator: with batch normalisation a logit depends on the whole batch",
        ),
        (
            "methods.x",
            {"role": "none", "penalty": "r1", "minibatch_averaging": True},
            "methods.x.minibatch_averaging: with it a logit depends on the whole batch, but r1 penalises",
        ),
        (
            "methods.x",
            {"role": "ebgan", "minibatch_averaging": True},
            "methods.x.minibatch_averaging: the role ebgan does not read it",
        ),
        (
            "methods.x",
            {"role": "aae", "augmentations": ["diffaugment"]},
            "methods.x.augmentations: diffaugment is for images",
        ),
        ("methods.x", {"role": "none", "penalty_weight": "cosine"}, "methods.x.penalty_weight: there is no penalty"),
        ("autoencoders.article.objective", "vae", "autoencoders.article.architecture: the encoder of article ends"),
        ("autoencoders.article.objective", {"name": "iwae"}, "article.architecture: the encoder of article ends"),
        (
            "methods.article.latent",
            7,
            "methods.article.latent: the role reconstruction does not read it, because it generates with a decoder.",
        ),
        ("methods.warm_start.generator", "dense", "methods.warm_start.generator: the role warm_start does not read it"),
        (
            "methods.x",
            {"role": "vae_gan", "latent": 7},
            "methods.x.latent: the role vae_gan does not read it, because it",
        ),
        ("methods.x", {"role": "aae", "generator": "dense"}, "methods.x.generator: the role aae does not read it"),
        (
            "autoencoders.wae_mmd.batch_size",
            1,
            "autoencoders.wae_mmd.batch_size: wae_mmd compares the codes of a batch, so it needs 2 at least",
        ),
        (
            "latents.sampler",
            {"name": "gmm", "components": [5, 9], "fitted_on": 4},
            "latents.sampler.fitted_on: 4 codes are fewer than the smallest number of components, 5",
        ),
        ("study.reproductions", ["dirac", "dirac"], "study.reproductions: a name is listed twice"),
        ("reproductions.dirac.dataset", None, "reproductions.dirac.dataset: the result needs the points of the source"),
        (
            "reproductions.dirac.dataset",
            "ring",
            "reproductions.dirac.dataset: the result needs the points of the source",
        ),
        (
            "autoencoders.vq_vae.objective",
            {"name": "vq_vae", "width": 5},
            "autoencoders.vq_vae.objective.width: 5 does not divide the 32 numbers of a code. Use a divisor of 32",
        ),
    ],
)
def test_combinations_without_meaning_are_named_with_the_remedy(
    raw: dict[str, Any], path: str, value: Any, words: str
) -> None:
    check_message(raw, path, value, words)


def test_methods_that_are_not_run_may_inherit_what_does_not_suit_them(raw: dict[str, Any]) -> None:
    convolutional = put(put(raw, "gan.generator", "conv"), "gan.discriminator", "conv")
    load_config(put(convolutional, "study.methods", ["gan", "warm_start"]))
    assert "methods.latent.generator" in problems(put(convolutional, "study.methods", ["gan", "latent"]))
