"""The catalogue as a page."""

import re

import pytest

from aegan.cli import catalogue_page, catalogue_runs
from aegan.cli.catalogue_page import make_card_images, write_catalogue_page
from aegan.storage import read_json


@pytest.mark.parametrize("settings", [catalogue_runs.resolve_method(), catalogue_runs.resolve_autoencoder()])
def test_pictures_fill_the_card(settings):
    member, _ = catalogue_runs.make_member(settings)
    assert make_card_images(member).shape == (4, 8, 8, 8, 1)


def test_the_page_has_a_paragraph_and_a_card_for_each_entry(monkeypatch, tmp_path):
    runs = [run for run in catalogue_runs.list_catalogue_runs() if (run.kind, run.name) in {("penalties", "gp")}]
    for module in (catalogue_page, catalogue_runs):
        monkeypatch.setattr(module, "list_catalogue_runs", lambda: runs)
    monkeypatch.setattr(catalogue_page, "measure_costs", lambda _known: {("penalties", "gp"): 2.0})
    monkeypatch.setattr(catalogue_page, "AUTOENCODER_ROUNDS", 0)
    monkeypatch.setattr(catalogue_page, "ROUNDS", 2)
    assert write_catalogue_page(tmp_path / "page.md", tmp_path / "list.json") == [f"wrote {tmp_path / 'page.md'}"]
    (listed,) = read_json(tmp_path / "list.json")["entries"]
    assert (listed["name"], listed["cost"]) == ("gp", 2.0)
    page = (tmp_path / "page.md").read_text("utf-8")
    assert "## Penalties\n" in page
    assert re.search(r"### gp\n\n.+\n\ncost 2; options: .*`.+`.* Shown with loss wasserstein\.", page)
    assert "](page/penalties_gp.png)" in page
    assert (tmp_path / "page" / "penalties_gp.png").read_bytes().startswith(b"\x89PNG")
