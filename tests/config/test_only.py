"""The methods of each data set: what is refused, and in which words."""

from typing import Any

import pytest
from tests.config.config_changes import check_message, problems, put

from aegan.config.only import find_only_mistakes
from aegan.config.validation import load_config


@pytest.fixture
def study(raw: dict[str, Any]) -> dict[str, Any]:
    chosen = {"datasets": ["digits", "ring"], "methods": ["gan", "gan_r1", "latent"], "reproductions": []}
    return raw | {"study": raw["study"] | chosen | {"only": {"ring": ["gan"]}}}


def test_methods_that_do_not_suit_a_data_set_need_not_run_on_it(study: dict[str, Any]) -> None:
    assert load_config(study).list_methods("ring") == ["gan"]
    # its autoencoder has codes of 32 numbers, more than the points have
    assert "autoencoders.dense.architecture.code" in problems(put(study, "study.only", None))
    assert "autoencoders.dense.architecture.code" in problems(put(study, "study.only.ring", ["gan", "latent"]))


@pytest.mark.parametrize(
    ("only", "words"),
    [
        ({"rings": ["gan"]}, "study.only.rings: 'rings' is not among study.datasets. Did you mean 'ring'?"),
        ({"grid": ["gan"]}, "study.only.grid: 'grid' is not among study.datasets."),  # although it is an entry
        ({"ring": ["gan", "gan_r"]}, "study.only.ring[1]: 'gan_r' is not among study.methods. Did you mean 'gan_r1'?"),
        ({"ring": ["wgan"]}, "study.only.ring[0]: 'wgan' is not among study.methods."),  # although it is an entry
        ({"ring": ["gan", "gan"]}, "study.only.ring: a name is listed twice. List each once"),
        ({"ring": []}, "study.only.ring: List should have at least 1 item"),
        ({"ring": "gan"}, "study.only.ring: "),
        (["ring"], "study.only: "),
        (
            {"ring": ["gan"], "digits": ["gan", "latent"]},
            "study.methods[1]: gan_r1 runs on no data set. Add it to study.only for one of digits, ring, or remove it",
        ),
    ],
)
def test_mistakes(study: dict[str, Any], only: Any, words: str) -> None:
    check_message(study, "study.only", only, words)


def test_each_mistake_is_told_once_and_beside_others(study: dict[str, Any]) -> None:
    text = problems(put(put(study, "study.only", {"ring": ["gann"]}), "gan.loss", "minmax"))
    assert text.startswith("2 mistakes in the config")
    assert not list(find_only_mistakes(study))


def test_a_baseline_that_runs_nowhere_beside_its_method_is_refused(study: dict[str, Any]) -> None:
    apart = {"digits": ["gan", "latent"], "ring": ["gan_r1"]}
    words = "report.baselines.gan_r1: no data set runs both gan_r1 and latent. Add one of them to study.only there"
    check_message(put(study, "study.only", apart), "report.baselines", {"gan_r1": "latent"}, words)
    load_config(put(study, "report.baselines", {"gan_r1": "latent"}))
