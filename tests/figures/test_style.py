import re
import struct
import xml.etree.ElementTree as ET

import pytest
from matplotlib import rcParams

from aegan.figures.curve_panels import Block, Panel, draw_panels
from aegan.figures.panels import draw_message
from aegan.figures.registry import FIGURES
from aegan.figures.style import MUTED, assign_looks, build_theme, to_png, to_svg


def test_looks_depend_on_place_alone_and_never_repeat():
    few, many = assign_looks(["a", "b"]), assign_looks([*"abcdefghijkl"])
    assert many["a"] == few["a"]
    assert many["b"] == few["b"]
    assert len({(look.colour, str(look.dash)) for look in many.values()}) == 12


def test_svg_is_well_formed_has_no_date_and_follows_the_dark():
    svg = to_svg(draw_message("why"))
    ET.fromstring(svg)
    assert "why" in svg
    assert "dc:date" not in svg
    (name,) = set(re.findall(f"\\.(\\w+){{[^}}]*fill: {MUTED}}}", svg))
    assert re.search(rf"@media \(prefers-color-scheme: dark\){{.*\.{name}{{fill: #9aa6b4}}", svg)
    assert f'class="{name}"' in svg
    assert "system-ui" in svg


def test_svg_names_its_elements_by_order_not_by_hashes_of_coordinates(study):
    panels = [Panel("p", study.gradients.query("quantity == 'loss'"), "linear")]
    svg = to_svg(draw_panels([Block("b", panels)], list(study.methods), 3))
    names, used = set(re.findall(r'id="([^"]+)"', svg)), set(re.findall(r"url\(#([^)]+)\)", svg))
    assert used
    assert used <= names
    assert not [name for name in names if re.search(r"[0-9a-f]{10}$", name)]


def test_formats_share_one_layout(study):
    figure = FIGURES["cost"].draw_study(study)
    to_svg(figure)
    laid_out = [axes.get_position().bounds for axes in figure.axes]
    assert len(laid_out) > 1
    to_png(figure)
    assert [axes.get_position().bounds for axes in figure.axes] == laid_out


def test_png_is_a_png_of_150_dots_per_inch():
    width, height = struct.unpack(">II", to_png(draw_message("why"))[16:24])
    assert (width, height) == (1440, 180)


def test_theme_leaves_global_settings_alone():
    before = dict(rcParams)
    draw_message("why")
    assert dict(rcParams) == before
    assert build_theme()["svg.hashsalt"]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "$x_1$", "a & b"])
def test_names_are_drawn_as_they_are(name, study):
    frame = study.gradients.query("quantity == 'loss' and network == 'generator' and method == 'gan'").assign(
        method=name
    )
    root = ET.fromstring(to_svg(draw_panels([Block("b", [Panel("p", frame, "linear")])], [name], 3)))
    assert name in ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
