"""What is compared with what."""

from pathlib import Path

import pytest
import yaml

from aegan.analysis.baselines import describe_axes
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files

CONFIG = Path(__file__).parents[2] / "config" / "config.yaml"


@pytest.fixture
def study(tmp_path):
    """Make a study of methods given by name, each an entry of its own or one of config.yaml."""

    def make(report: dict | None = None, **methods):
        own = {name: entry for name, entry in methods.items() if entry}
        overlay = {"study": {"methods": list(methods), "primary": None}, "methods": own, "report": report or {}}
        (tmp_path / "overlay.yaml").write_text(yaml.safe_dump(overlay))
        return load_config(merge_config_files([CONFIG, tmp_path / "overlay.yaml"]))

    return make


def pairs(config):
    """The baseline of each method; none of them has a second one."""
    return {method: baseline for method, (baseline,) in config.resolve_baselines().items()}


def differences(config):
    """In what each method differs from its only baseline."""
    return {method: text for method, own in config.describe_differences()["digits"].items() for text in own.values()}


def named(config, method):
    return describe_axes(config.resolve_params("methods", method))


def test_axes_by_hand(study):
    noise = {"role": "none", "augmentations": ["instance_noise"], "penalty": "r1"}
    found = study(gan={}, wgan={}, sngan={}, ebgan={}, latent={}, noise=noise)
    assert named(found, "gan") == ("none", "none", "minimax", "dense", "float32")
    assert named(found, "wgan") == ("none", "clip", "wasserstein", "dense", "float32")
    assert named(found, "sngan") == ("none", "spectral", "hinge", "dense", "float32")
    assert named(found, "ebgan") == ("ebgan", "none", "own", "dense", "float32")
    assert named(found, "noise").regulariser == "r1 + instance_noise"
    mixed = study(gan={"role": "none", "discriminator": "conv"})
    assert named(mixed, "gan").architecture == "dense/conv"


def test_a_role_meets_the_plain_gan_of_its_regulariser_and_a_regulariser_the_one_without(study):
    article_r1 = {"role": "reconstruction", "autoencoder": "article", "penalty": "r1"}
    found = pairs(study(gan={}, gan_r1={}, article={}, article_r1=article_r1, ebgan={}))
    assert found == {"gan_r1": "gan", "article": "gan", "article_r1": "gan_r1", "ebgan": "gan"}


def test_another_loss_or_strength_is_another_thing_and_has_no_counterpart(study):
    stronger = {"role": "reconstruction", "autoencoder": "article", "penalty": {"name": "r1", "gamma": 99.0}}
    hinge = {"role": "reconstruction", "autoencoder": "article", "loss": "hinge"}
    assert pairs(study(gan={}, gan_r1={}, stronger=stronger, hinge=hinge)) == {"gan_r1": "gan"}


def test_a_regulariser_is_not_credited_with_other_networks(study):
    conv = {"role": "none", "penalty": "r1", "generator": "conv", "discriminator": "conv"}
    assert pairs(study(gan={}, conv_r1=conv)) == {}


def test_spectral_normalisation_is_a_regulariser_like_others(study):
    spectral = {"role": "none", "discriminator": {"name": "dense", "normalisation": "spectral"}}
    assert pairs(study(gan={}, spectral=spectral)) == {"spectral": "gan"}


def test_networks_on_codes_may_differ_but_not_those_on_pictures(study):
    conv = {"generator": "conv", "discriminator": "conv"}
    latent = {"role": "latent", "autoencoder": "dense"}
    found = pairs(study(gan={"role": "none", **conv}, latent=latent, warm_start={}, vae_gan={"role": "vae_gan"}))
    assert found == {"latent": "gan"}


def test_of_several_the_most_alike_is_taken(study):
    longer = {"role": "none", "batch_size": 32}
    article = {"role": "reconstruction", "autoencoder": "article", "batch_size": 32}
    assert pairs(study(gan={}, longer=longer, article=article, latent={})) == {"article": "longer", "latent": "gan"}


def test_a_role_prefers_the_plain_gan_with_its_own_networks(study):
    found = study(gan={}, gan_article={}, gan_composite={}, article={}, reconstruction={}, latent={}, mdgan={})
    matched = {"article": "gan_article", "reconstruction": "gan", "latent": "gan_composite", "mdgan": "gan"}
    assert pairs(found) == matched
    # whatever their order, and however many other settings of the unmatched one are equal
    swapped = study(gan_composite={}, article={}, gan_article={}, latent={}, reconstruction={}, mdgan={}, gan={})
    assert pairs(swapped) == matched


def test_the_networks_of_a_pair_are_matched_or_the_difference_is_named(study):
    codes = "discriminator: it judges codes, not data"
    matched = study(gan={}, gan_article={}, gan_composite={}, article={}, reconstruction={}, warm_start={}, latent={})
    assert differences(matched) == {
        "article": "",
        "reconstruction": "",
        "warm_start": "",
        "latent": codes,  # which no plain GAN can match
    }
    mismatched = differences(study(gan={}, article={}, latent={}, gan_r1={}))
    assert mismatched == {
        "article": "generator: 1 layer with weights, not 3",
        "latent": f"generator: 6 layers with weights, not 3; {codes}",
        "gan_r1": "",
    }


def test_every_comparison_of_the_quickstart_is_matched(study):
    found = load_config(merge_config_files([CONFIG]))
    assert set(differences(found).values()) == {""}
    plain = {"reconstruction": "gan", "warm_start": "gan", "gan_r1": "gan"}
    assert pairs(found) == plain | {"reconstruction_r1": "gan_r1", "article": "gan_article"}


def test_all_methods_of_the_config_that_could_be_matched_are(study):
    whole = study(**dict.fromkeys(yaml.safe_load(CONFIG.read_text("utf-8"))["methods"]))
    found = differences(whole)
    roles = {name for name in found if whole.methods[name].autoencoder and whole.methods[name].role.name != "features"}
    assert {found[name] for name in roles} == {"", "discriminator: it judges codes, not data"}
    assert {name for name in roles if found[name]} == {"latent", "latent_r1"}


def test_the_config_may_say_otherwise(study):
    found = study(
        {"baselines": {"latent": "article", "absent_here": "gan"}},
        gan={},
        article={},
        latent={},
        absent_here={"role": "none"},
    )
    assert pairs(found) == {"article": "gan", "latent": "article", "absent_here": "gan"}
    unlisted = study({"baselines": {"warm_start": "gan"}}, gan={}, article={})
    assert pairs(unlisted) == {"article": "gan"}


def test_a_role_beside_another_is_matched_if_nothing_but_the_role_differs(study):
    """Reconstruction against warm start: the same generator, discriminator and autoencoder."""
    twice = {"baselines": {"reconstruction": ["gan", "warm_start"], "article": ["gan_article", "warm_start"]}}
    found = study(twice, gan={}, gan_article={}, warm_start={}, reconstruction={}, article={})
    described = found.describe_differences()["digits"]
    assert described["reconstruction"] == {"gan": "", "warm_start": ""}
    layers = "generator: 1 layer with weights, not 3"
    assert described["article"] == {"gan_article": "", "warm_start": f"{layers}; autoencoder: article, not dense"}


def test_low_precision_is_compared_with_its_like_in_float32_and_with_nothing_else_beside(study):
    low = {"precision": "bf16"}
    r1 = {"role": "none", "penalty": "r1"}
    article = {"role": "reconstruction", "autoencoder": "article"}
    found = pairs(study(gan={}, gan_r1=r1, gan_low={"role": "none"} | low, low_r1=r1 | low, article_low=article | low))
    assert found == {"gan_r1": "gan", "gan_low": "gan", "low_r1": "gan_r1", "article_low": "gan_low"}
    assert pairs(study(gan={}, article_low=article | low)) == {}


def test_where_every_method_is_of_low_precision_it_is_no_difference(study):
    low = {"precision": "bf16"}
    found = study(gan={"role": "none"} | low, gan_r1={"role": "none", "penalty": "r1"} | low)
    assert pairs(found) == {"gan_r1": "gan"}
    assert named(found, "gan_r1").precision == "bf16"
