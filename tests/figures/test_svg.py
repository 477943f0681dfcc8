import base64
import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from PIL import Image

from aegan.figures.svg import compact_svg, shorten_path, shrink_png


@pytest.mark.parametrize(
    ("absolute", "relative"),
    [
        ("M 1 2 \nL 3.004 2 \nL 3.008 1.5 \nz\n", "M1 2l2 0 0.01-0.5z"),
        ("M 0 -1.5 C 1 2 3 4 5.25 6 L 5 6 M 7 8 L 7 9", "M0-1.5c1 3.5 3 5.5 5.25 7.5l-0.25 0M7 8l0 1"),
        ("M 1 1 M 2 2 L 3 3 z M 4 4 L 5 5", "M1 1M2 2l1 1zM4 4l1 1"),
        ("M 0.001 -0.001 Q 1 1 2 0", "M0 0q1 1 2 0"),
        ("", ""),
    ],
)
def test_a_path_keeps_its_points_to_a_hundredth(absolute, relative):
    assert shorten_path(absolute) == relative


def test_rounding_errors_of_a_long_path_do_not_add_up():
    points = np.cumsum(np.full((1000, 2), 0.0049), axis=0) + 1
    path = shorten_path("M " + " L ".join(f"{x} {y}" for x, y in points))
    start, *moves = [[float(n) for n in pair] for pair in re.findall(r"(-?[\d.]+) ?(-?[\d.]+)", path)]
    assert np.abs(start + np.cumsum(moves, axis=0) - points[1:]).max() <= 0.0051


def test_elements_share_classes_and_only_names_in_use_stay():
    svg = """<svg><defs><style>*{a: b}</style>
      <g id="kept" style="fill: #111111"/><g id="unused" style="fill: #111111"/></defs>
      <use href="#kept" x="0.123" style="fill: none; stroke: #111111"/>
      <text style="fill: #222222" transform="rotate(-0 1 2)">1.2345 id="x"</text></svg>"""
    assert compact_svg(svg, {"#111111": "#eeeeee"}) == (
        "<svg><defs><style>*{a: b}.s0{fill: #111111}.s1{fill: none; stroke: #111111}.s2{fill: #222222}"
        "@media (prefers-color-scheme: dark){.s0{fill: #eeeeee}.s1{stroke: #eeeeee}}</style>"
        '<g id="kept" class="s0"/><g class="s0"/></defs>'
        '<use href="#kept" x="0.12" class="s1"/><text class="s2">1.2345 id="x"</text></svg>'
    )
    assert "@media" not in compact_svg(svg, {})


def test_what_a_style_refers_to_stays():
    assert 'id="hatch"' in compact_svg('<svg><pattern id="hatch"/><g style="fill: url(#hatch)"/></svg>', {})


def test_groups_that_state_nothing_are_left_out_and_what_they_hold_stays():
    svg = (
        '<svg><style></style><g id="unused"><g clip-path="a"><g>\n<g/><path d="M 0 0"/></g></g>'
        "<text>a &lt;g></text></g></svg>"
    )
    kept = '<svg><style></style><g clip-path="a"><path d="M0 0"/></g><text>a &lt;g></text></svg>'
    assert compact_svg(svg, {}) == kept


def test_a_grey_png_has_one_channel_of_colour_and_the_same_pixels():
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 1), np.uint8).repeat(4, axis=2)
    coloured = pixels * np.uint8([1, 0, 1, 1])
    for array, mode in ((pixels, "LA"), (coloured, "RGBA")):
        file = io.BytesIO()
        Image.fromarray(array).save(file, "png")
        small = Image.open(io.BytesIO(base64.b64decode(shrink_png(base64.b64encode(file.getvalue()).decode()))))
        assert small.mode == mode
        assert np.array_equal(np.asarray(small.convert("RGBA")), array)


def test_markers_curves_and_text_of_matplotlib_survive():
    figure = Figure(figsize=(2, 2))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], marker="o", label="a")
    axes.add_patch(PathPatch(Path([(0, 0), (1, 1), (0, 1)], [1, 3, 3])))
    file = io.StringIO()
    figure.savefig(file, format="svg")
    small = compact_svg(file.getvalue(), {})
    assert len(small) < 0.7 * len(file.getvalue())
    old, new = (sorted(own.tag for own in ET.fromstring(svg).iter()) for svg in (file.getvalue(), small))
    group = "{http://www.w3.org/2000/svg}g"  # one that states nothing holds nothing that is drawn
    assert [tag for tag in old if tag != group] == [tag for tag in new if tag != group]
