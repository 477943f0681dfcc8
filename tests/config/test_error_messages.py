from typing import Any

import pytest
from tests.config.config_changes import check_message

from aegan.config.error_messages import list_schema_keys, suggest_name
from aegan.config.model import Config
from aegan.config.sections import Study


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("study.sedes", 3, "study.sedes: unknown key. Did you mean 'seeds'?"),
        ("gann", {}, "gann: unknown key. Did you mean 'gan'?"),
        ("gan.loss", "minmax", "gan.loss: 'minmax' is not known. Did you mean 'minimax'? Known: minimax, "),
        ("gan.rounds", "many", "gan.rounds: "),
        ("gan.rounds", 0, "gan.rounds: "),
        ("methods.gan_r1.penalty", {"name": "r1", "gama": 1}, "penalty.gama: unknown key. Did you mean 'gamma'"),
        ("methods.gan_r1.penalty", "r11", "methods.gan_r1.penalty: 'r11' is not known. Did you mean 'r1'?"),
        ("methods.article.role", {"name": "reconstruction", "weight": -1}, "methods.article.role.weight: "),
        ("methods.gan.role", "nonne", "methods.gan.role: 'nonne' is not known. Did you mean 'none'?"),
        ("study.seeds", "4-0", "study.seeds: the range 4-0 runs backwards; write 0-4"),
        ("study.seeds", 5, "study.seeds: "),
        ("datasets.digits.source", {"name": "npy"}, "datasets.digits.source.path: missing"),
        ("datasets", {"my/data": {"source": "digits"}}, "my/data"),
        ("methods.x", {"role": {"name": "ebgan", "margn": 1}}, "x.role.margn: unknown key. Did you mean 'margin'?"),
        ("methods.x", {"role": {"name": "ebgan", "architecture": "dens"}}, "role.architecture: 'dens' is not known"),
        (
            "methods.x",
            {"role": {"name": "ebgan", "architecture": {"name": "conv", "channel": 2}}},
            "methods.x.role.architecture.channel: unknown key. Did you mean 'channels'?",
        ),
        ("gan.packing", 0, "gan.packing: "),
        (
            "methods.x",
            {"role": {"name": "alpha_gan", "code_discriminator": "conv"}},
            "role.code_discriminator: 'conv' is not known. Known: dense",
        ),
        (
            "methods.x",
            {"role": "none", "discriminator": {"name": "dense", "normalisation": "instance"}},
            "methods.x.discriminator.normalisation: 'instance' is not known",
        ),
        ("methods.gan", 3, "methods.gan: "),
    ],
)
def test_schema_errors_name_the_key_path_what_is_wrong_and_the_remedy(
    raw: dict[str, Any], path: str, value: Any, words: str
) -> None:
    check_message(raw, path, value, words)


def test_the_closest_name_is_suggested_and_all_are_listed() -> None:
    assert suggest_name("minmax", ["minimax", "hinge"]) == "Did you mean 'minimax'? Known: minimax, hinge"
    assert suggest_name("xyz", ["minimax", "hinge"]) == "Known: minimax, hinge"
    assert suggest_name("xyz", []) == "Known: none"


def test_the_keys_at_a_path_are_those_of_the_selected_entry() -> None:
    schema = Config.model_json_schema()
    assert set(list_schema_keys(schema, ())) == set(Config.model_fields)
    assert set(list_schema_keys(schema, ("study",))) == set(Study.model_fields)
    assert set(list_schema_keys(schema, ("methods", "any", "penalty", "r1"))) == {"name", "gamma"}
    assert list_schema_keys(schema, ("gan", "no_such_key")) == []
