"""The catalogue in a terminal."""

import pytest

from aegan.cli import catalogue_listing
from aegan.cli.catalogue_listing import Listed, read_listing, tabulate_registries, write_listing
from aegan.config.docs import REGISTRIES
from aegan.errors import InputError


def test_the_listing_of_one_axis_holds_that_axis():
    (table,) = tabulate_registries("penalties")
    assert table.title == "penalties"
    assert list(table.columns[0].cells) == list(REGISTRIES["Penalties"][1])


def test_all_axes_have_a_table_each():
    tables = list(tabulate_registries(None))
    assert [table.title for table in tables][:3] == ["roles", "losses", "penalties"]
    assert sum(table.row_count for table in tables) == len(read_listing())


def test_an_axis_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(InputError, match=r"penalty: is not an axis of a method\. Give one of roles, losses, penalties"):
        list(tabulate_registries("penalty"))


def test_what_is_written_is_read_with_four_digits_of_the_cost(monkeypatch, tmp_path):
    monkeypatch.setattr(catalogue_listing, "LISTING", tmp_path / "list.json")
    entry = Listed("losses", "own", "An own loss [x̂].", ["weight"], 1.23456)
    write_listing(tmp_path / "list.json", [entry])
    assert read_listing() == [entry._replace(cost=1.235)]
