import base64
import hashlib
from urllib.parse import unquote

import pytest
from jinja2 import UndefinedError
from matplotlib.figure import Figure

from aegan.figures.style import to_png, to_svg
from aegan.report.assets import (
    encode_data_uri,
    hash_script,
    make_template_environment,
    measure_aspect,
    read_asset,
    read_uplot,
)


def test_templates_escape_every_value_and_refuse_unknown_names():
    environment = make_template_environment()
    assert environment.from_string("{{ name }}").render(name="<b>&'") == "&lt;b&gt;&amp;&#39;"
    with pytest.raises(UndefinedError):
        environment.from_string("{{ unknown }}").render()


def test_an_image_is_kept_in_its_data_uri():
    svg = """<svg a="url(#b)"><text c="d">é "e" & it's 50%</text></svg>"""
    kind, _, data = encode_data_uri(svg).partition(",")
    assert kind == "data:image/svg+xml"
    assert not set("\"'<>&#(:") & set(data)  # HTML escapes nothing of it, and it shows no address
    assert unquote(data) == svg
    assert make_template_environment().from_string("{{ it }}").render(it=encode_data_uri(svg)) == f"{kind},{data}"
    kind, _, data = encode_data_uri(b"\x89PNG").partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(data) == b"\x89PNG"


def test_the_aspect_of_an_image_is_its_height_by_its_width():
    figure = Figure(figsize=(4, 3))
    assert measure_aspect(to_svg(figure)) == measure_aspect(to_png(figure)) == 0.75
    assert measure_aspect("<svg/>") == 1


def test_the_hash_of_a_script_is_that_of_its_bytes():
    script = "alert('é')"
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode()
    assert hash_script(script) == f"'sha256-{digest}'"


def test_uplot_stands_under_its_licence_and_shows_no_address():
    script = read_uplot()
    assert script.index("The MIT License") < script.index("var uPlot=function")
    assert "http" not in script
    assert (script.count("/*"), read_asset("uplot/README.md").splitlines()[0]) == (1, "# uPlot 1.6.32")


def test_assets_lie_beside_the_templates():
    assert "addEventListener" in read_asset("compare.js")
    with pytest.raises(FileNotFoundError):
        read_asset("missing.css")
