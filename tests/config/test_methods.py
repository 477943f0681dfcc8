from typing import Any

from tests.config.config_changes import put

from aegan.config.validation import load_config
from aegan.games.roles import ROLES


def test_a_role_is_spared_what_it_does_not_read(raw: dict[str, Any]) -> None:
    shared = put(put(put(raw, "gan.penalty", "r1"), "gan.packing", 3), "gan.batch_size", 63)
    config = load_config(put(shared, "methods.x", {"role": "ebgan", "penalty": None}))
    assert set(config.resolve_params("methods", "gan")) - set(config.resolve_params("methods", "x")) == {
        "loss", "penalty", "penalty_weight", "augmentations", "discriminator", "packing", "minibatch_averaging",
    }  # fmt: skip
    assert config.resolve_params("methods", "x")["role"]["architecture"]["name"] == "dense"
    load_config(
        put(put(shared, "methods", {"x": {"role": "ebgan", "batch_size": 64}}), "study.methods", ["x"]) | {"report": {}}
    )


def test_roles_say_themselves_whether_they_need_an_autoencoder() -> None:
    needing = {"reconstruction", "latent", "warm_start", "decoded", "decoded_reconstruction", "features"}
    without = {
        "none", "ebgan", "began", "bigan", "vae_gan", "aae", "wae_gan", "mdgan", "veegan", "alpha_gan", "projection",
        "ac_gan", "semi_supervised",
    }  # fmt: skip
    assert all(ROLES[role].needs_autoencoder for role in needing)
    assert not any(ROLES[role].needs_autoencoder for role in without)
