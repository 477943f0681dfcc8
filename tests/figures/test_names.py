"""The names that the workflow knows are those of the registry."""

from aegan.figures.names import FIGURE_NAMES
from aegan.figures.registry import FIGURES


def test_the_names_known_to_the_workflow_are_those_of_the_registry():
    assert sorted(FIGURES) == list(FIGURE_NAMES)
