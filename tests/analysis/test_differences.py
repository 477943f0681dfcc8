"""A comparison is about one axis only if nothing else differs."""

import pytest

from aegan.analysis.differences import Layer, Networks, describe_difference, list_differences

DEEP = (Layer("Linear(32, 128)", 4224), Layer("LeakyReLU()", 0), Layer("Linear(128, 64)", 8256), Layer("Sigmoid()", 0))
SHALLOW = (Layer("Linear(32, 64)", 2112), Layer("Sigmoid()", 0))
JUDGE = (Layer("Flatten()", 0), Layer("Linear(64, 1)", 65))
SAME = Networks(DEEP, JUDGE)
BASE = {
    "role": {"name": "none"},
    "loss": {"name": "minimax"},
    "penalty_weight": {"name": "constant"},
    "augmentations": [],
    "generator": {"name": "dense"},
    "discriminator": {"name": "dense"},
    "latent": 32,
    "rounds": 100,
    "optimiser": {"name": "adam", "learning_rate": 1e-4},
}
ROLE = {key: value for key, value in BASE.items() if key not in {"generator", "latent"}} | {
    "role": {"name": "reconstruction", "weight": 1.0},
    "autoencoder": "dense",
}
R1 = {"penalty": {"name": "r1", "gamma": 1.0}}


def compare(method, baseline=BASE, networks=SAME, others=SAME):
    return describe_difference(method, baseline, (networks, others))


@pytest.mark.parametrize(
    ("method", "baseline"),
    [
        (BASE, BASE),
        (ROLE, BASE),
        (ROLE | R1, BASE | R1),
        (ROLE | {"role": {"name": "reconstruction", "weight": 0.0}}, ROLE),  # an ablation of the role
        (ROLE, ROLE | {"role": {"name": "warm_start"}}),
        (ROLE, ROLE | {"autoencoder": "vae"}),
        (BASE | R1, BASE),
        (BASE | {"precision": "bf16"}, BASE | {"precision": "float32"}),
        (BASE | {"loss": {"name": "hinge"}}, BASE),
        (ROLE | {"stages": [0.5]}, BASE | {"stages": [1.0]}),  # when weights are stored
    ],
)
def test_one_axis_with_the_same_networks_is_no_further_difference(method, baseline):
    assert compare(method, baseline) == compare(baseline, method) == ""


@pytest.mark.parametrize(
    ("method", "baseline", "text"),
    [
        (ROLE | {"rounds": 50}, BASE, "rounds: 50, not 100"),
        (ROLE | R1, BASE, "penalty: r1, not none"),
        (ROLE, BASE | R1, "penalty: none, not r1"),
        (ROLE | {"loss": {"name": "hinge"}}, BASE, "loss: hinge, not minimax"),
        (ROLE | {"ema_decay": 0.9}, BASE, "ema_decay: 0.9, not none"),
        (ROLE | {"rounds": 1, "batch_size": 2}, BASE | {"batch_size": 4}, "batch_size: 2, not 4; rounds: 1, not 100"),
        (
            BASE | {"optimiser": {"name": "adam", "learning_rate": 1e-3}} | R1,
            BASE,
            "optimiser: {'name': 'adam', 'learning_rate': 0.001}, not {'name': 'adam', 'learning_rate': 0.0001}",
        ),
        (BASE | R1 | {"loss": {"name": "hinge"}}, BASE, "loss: hinge, not minimax"),
        # of two roles that have an autoencoder, another autoencoder is more than the role
        (ROLE, ROLE | {"role": {"name": "warm_start"}, "autoencoder": "vae"}, "autoencoder: dense, not vae"),
    ],
)
def test_every_further_setting_is_named(method, baseline, text):
    assert compare(method, baseline) == text


def test_a_mismatched_pair_of_networks_is_named_by_its_layers():
    found = compare(ROLE, networks=Networks(SHALLOW, JUDGE))
    assert found == "generator: 1 layer with weights, not 2"
    assert compare(BASE, ROLE, others=Networks(SHALLOW, JUDGE)) == "generator: 2 layers with weights, not 1"


def test_as_many_layers_of_another_size_or_kind_differ_too():
    wider = (Layer("Linear(32, 64)", 2112), Layer("Tanh()", 0))
    assert compare(ROLE, networks=Networks(wider, JUDGE), others=Networks(SHALLOW, JUDGE)) == (
        "generator: Tanh(), not Sigmoid()"
    )
    assert compare(ROLE, networks=Networks(DEEP, JUDGE[1:])) == "discriminator: Linear(64, 1), not Flatten()"
    assert compare(ROLE, networks=Networks(DEEP[:-1], JUDGE)) == "generator: nothing, not Sigmoid()"


def test_what_a_discriminator_judges_is_a_difference():
    codes = Networks(DEEP, (Layer("Linear(32, 1)", 33),), judged="codes")
    assert compare(ROLE, networks=codes) == "discriminator: it judges codes, not data"


def test_a_role_without_logits_is_not_blamed_for_its_lack_of_a_loss():
    energy = {key: value for key, value in BASE.items() if key not in {"loss", "penalty_weight", "augmentations"}}
    assert compare(energy | {"role": {"name": "ebgan"}}) == ""


def test_spectral_normalisation_is_a_regulariser_and_beside_a_role_a_difference():
    spectral = {"discriminator": {"name": "dense", "normalisation": "spectral"}}
    other = Networks(DEEP, (Layer("Flatten()", 0), Layer("ParametrizedLinear(64, 1)", 65)))
    assert compare(BASE | spectral, networks=other) == ""
    assert len(list_differences(ROLE | spectral, BASE, (other, SAME))) == 1
