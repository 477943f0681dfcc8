import pandas as pd
import pytest
from aegan.figures.study.distance_agreement import describe, draw, pair_metrics

from aegan.figures.style import to_svg

LABELS = {"fd": ("FD", "lower"), "kid": ("KID", "lower")}


@pytest.fixture
def quality():
    rows = [("gan", 0, "fd", 2.0), ("gan", 0, "kid", 0.1), ("gan", 1, "fd", 4.0), ("gan", 1, "kid", 0.3)]
    table = pd.DataFrame([*rows, ("gan", 2, "fd", 1.0)], columns=["method", "seed", "metric", "value"])
    return table.assign(dataset="digits", space="random", floor=1.0)


def test_a_seed_without_both_metrics_is_left_out(quality):
    assert pair_metrics(quality)[["seed", "fd", "kid"]].to_numpy().tolist() == [[0, 2.0, 0.1], [1, 4.0, 0.3]]


def test_every_seed_is_a_point(quality):
    (axes,) = draw(quality, ["gan"], LABELS).axes
    (line,) = axes.lines
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([2.0, 4.0], [0.1, 0.3])
    assert (axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel()) == (
        "digits · random",
        "FD-rnd",
        "KID-rnd",
    )


def test_the_alternative_text_has_the_correlation(quality):
    assert describe(quality) == "Fréchet against kernel distance. Rank correlation: digits in random 1."


def test_an_empty_study_says_why_there_is_nothing(quality):
    assert "Nothing to show" in to_svg(draw(quality.iloc[:0], ["gan"], LABELS))
