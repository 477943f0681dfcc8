"""The catalogue as a page and in a terminal."""

import re

import pytest

from aegan.cli import catalogue_page, catalogue_runs
from aegan.cli.catalogue_page import make_card_images, tabulate_registries, write_catalogue_page
from aegan.config.docs import REGISTRIES
from aegan.errors import InputError


def test_the_listing_of_one_axis_holds_that_axis():
    (table,) = tabulate_registries("penalties")
    assert table.title == "penalties"
    assert list(table.columns[0].cells) == list(REGISTRIES["Penalties"][1])


def test_an_axis_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(InputError, match=r"penalty: is not an axis of a method\. Give one of roles, losses, penalties"):
        list(tabulate_registries("penalty"))


@pytest.mark.parametrize("settings", [catalogue_runs.resolve_method(), catalogue_runs.resolve_autoencoder()])
def test_pictures_fill_the_card(settings):
    member, _ = catalogue_runs.make_member(settings)
    assert make_card_images(member).shape == (4, 8, 8, 8, 1)


def test_the_page_has_a_paragraph_and_a_card_for_each_entry(monkeypatch, tmp_path):
    runs = [run for run in catalogue_runs.list_catalogue_runs() if (run.kind, run.name) in {("penalties", "gp")}]
    monkeypatch.setattr(catalogue_page, "measure_costs", lambda: [(run, 2.0) for run in runs])
    monkeypatch.setattr(catalogue_page, "AUTOENCODER_ROUNDS", 0)
    monkeypatch.setattr(catalogue_page, "ROUNDS", 2)
    assert write_catalogue_page(tmp_path / "page.md") == [f"wrote {tmp_path / 'page.md'}"]
    page = (tmp_path / "page.md").read_text("utf-8")
    assert "## Penalties\n" in page
    assert re.search(r"### gp\n\n.+\n\ncost 2; options: .*`.+`.* Shown with loss wasserstein\.", page)
    assert "](page/penalties_gp.png)" in page
    assert (tmp_path / "page" / "penalties_gp.png").read_bytes().startswith(b"\x89PNG")
