"""The section on the data stands first."""

from aegan.report.section_registry import SECTIONS
from aegan.report.sections.data import SPEC


def test_it_stands_before_all_others():
    assert SECTIONS[0] is SPEC
    assert (SPEC.anchor, SPEC.table, SPEC.note) == ("data", None, None)
