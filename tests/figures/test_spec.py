"""A figure takes from a study what its functions name."""

from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure

from aegan.figures.spec import FigureSpec
from aegan.figures.style import apply_theme


@apply_theme
def draw(numbers, names):
    figure = Figure()
    figure.text(0, 0, f"{numbers} {names}")
    return figure


SPEC = FigureSpec(draw, "title", "caption", lambda numbers: f"of {numbers}", "section")


def test_parameters_are_fetched_by_name():
    study = SimpleNamespace(names=["a"], numbers=3, others=None)
    assert SPEC.draw_study(study).texts[0].get_text() == "3 ['a']"
    assert SPEC.describe_study(study) == "of 3"


def test_a_study_that_lacks_a_field_is_refused():
    with pytest.raises(AttributeError, match="names"):
        SPEC.draw_study(SimpleNamespace(numbers=3))
