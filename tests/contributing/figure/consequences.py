from pathlib import Path

import pytest
from tests.contributed.checks import render_page
from tests.figures.synthetic import build

from aegan.figures.names import FIGURE_NAMES
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_svg
from aegan.report.captions import build_captions, write_captions

NAME = "distance_agreement"


@pytest.fixture(scope="module")
def study():
    return build(methods=("gan", "latent"), seeds=[0, 4], steps=4, slim=True)


def test_the_workflow_knows_its_name():
    assert NAME in FIGURE_NAMES
    assert set(FIGURE_NAMES) == set(FIGURES)


def test_it_is_drawn_from_a_study(study):
    assert "KID-cls" in to_svg(FIGURES[NAME].draw_study(study))


def test_it_stands_in_its_section_of_the_report_with_caption_and_alternative_text(study):
    page = render_page(study)
    _, _, section = page.partition('id="quality"')
    section = section.partition("<section")[0]
    assert "Agreement of two distances" in section
    assert "A point is a seed. Points on a rising line" in section
    assert "Rank correlation: digits in classifier" in section


def test_its_caption_is_written_for_snakemake(tmp_path: Path):
    assert f"quality/{NAME}.rst" in build_captions()
    write_captions(tmp_path)
    assert (tmp_path / "quality" / f"{NAME}.rst").read_text("utf-8").startswith("**Agreement of two distances.**")
