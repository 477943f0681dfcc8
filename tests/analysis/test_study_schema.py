"""The schema of a study."""

import inspect
import re

import pandas as pd
import pytest

from aegan.analysis import study_schema
from aegan.analysis.study_schema import DIAGNOSIS, DYNAMICS, HISTORY, LADDER, PROBE, PROFILES, QUALITY, Study

EMPTY = pd.DataFrame()
REQUIRED = dict.fromkeys(("gradients", "verdicts", "quality", "cost", "decisions", "latents"), EMPTY) | {
    "autoencoders": EMPTY, "autoencoder_quality": EMPTY, "samples": {}, "originals": {}, "reconstructions": {},
}  # fmt: skip


def test_a_study_without_optional_tables_has_empty_ones_with_their_columns():
    study = Study(name="s", datasets=("digits",), methods=("gan",), **REQUIRED)
    columns = {"probe": PROBE, "dynamics": DYNAMICS, "diagnosis": DIAGNOSIS, "ladder": LADDER, "profiles": PROFILES}
    for name, expected in columns.items():
        table = getattr(study, name)
        assert table.empty
        assert list(table.columns) == expected
    assert study.worst_reconstructions == study.qualitative_samples == study.metric_labels == {}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (HISTORY, "dataset, method, seed, step, network, layer, quantity, value"),
        (PROBE, "dataset, method, seed, stage, fakes, step, network, layer, quantity, value"),
        (DYNAMICS, "dataset, method, seed, stage, quantity, index, value"),
        (DIAGNOSIS, "dataset, method, seed, stage, quantity, value"),
        (QUALITY, "dataset, method, seed, space, metric, value, floor, n"),
        (LADDER, "dataset, corruption, level, space, metric, value, noise, expected, responds, usable"),
        (study_schema.AUTOENCODER_QUALITY, "dataset, autoencoder, seed, metric, value, n"),
        (study_schema.LATENTS, "dataset, autoencoder, seed, x, y, label"),
        (study_schema.PAIRS, "dataset, method, baseline, outcome, seed, value, baseline_value"),
        (
            study_schema.MECHANISM,
            "dataset, method, baseline, reading, part, unit, effect, low, high, p, p_adjusted, n, left_out, bearing",
        ),
        (PROFILES, "datasets, method, multiple, share, low, high"),
    ],
)
def test_columns_by_hand_and_as_the_docstring_has_them(columns, expected):
    assert columns == expected.split(", ")
    documented = re.sub(r"\s+", " ", inspect.getdoc(Study))
    assert expected in documented
