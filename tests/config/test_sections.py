from typing import Any

import pytest
from pydantic import ValidationError

from aegan.analysis.endpoints import ENDPOINTS
from aegan.config.diagnosis import Diagnosis
from aegan.config.report import Report
from aegan.config.sections import (
    AutoencoderTraining,
    Data,
    Dataset,
    Evaluation,
    Latents,
    Probes,
)
from aegan.config.types import Section
from aegan.config.validation import load_config
from aegan.config.verdicts import Verdicts


def test_article_is_exactly_the_article_s(raw: dict[str, Any]) -> None:
    article = load_config(raw).resolve_params("autoencoders", "article")
    assert article["architecture"] == {"name": "article", "code": 32, "hidden": "relu", "output": "sigmoid"}
    assert article["objective"] == {"name": "mse"}
    assert (article["epochs"], article["batch_size"]) == (50, 256)
    assert article["optimiser"] == {
        "name": "adam", "learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7,
    }  # fmt: skip
    assert "patience" not in article


def test_shared_sections_have_a_default_for_every_key() -> None:
    for section in (Data, AutoencoderTraining, Latents, Probes, Diagnosis, Verdicts, Evaluation, Report):
        assert set(section().to_params()) <= set(section.model_fields)


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        (Data, "test_fraction", 1.0),
        (AutoencoderTraining, "held_out", 0.0),
        (Diagnosis, "batches", 1),  # one batch has no variance
        (Diagnosis, "eigenvalues", -1),
        (Report, "outcomes", []),
        (Report, "outcomes", ["no_such_endpoint"]),
    ],
)
def test_values_out_of_bounds_are_refused(section: type[Section], key: str, value: object) -> None:
    with pytest.raises(ValidationError, match=key):
        section.model_validate({key: value})


def test_all_endpoints_are_decided_about_by_default() -> None:
    assert list(Report().outcomes) == list(ENDPOINTS)


@pytest.mark.parametrize("show", [[0, 1], [0, 1, 2, 3], [-1, 0, 1], [0.5, 1, 2], "rgb"])
def test_shown_channels_are_three_numbers_from_zero(show: Any) -> None:
    assert Dataset(source="digits", show=[3, 2, 1]).show == [3, 2, 1]
    assert "show" not in Dataset(source="digits").to_params()
    with pytest.raises(ValidationError, match="show"):
        Dataset(source="digits", show=show)
