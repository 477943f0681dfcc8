"""Parts of every HTML page: escaping templates, files of the package, images as data URIs."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

#: what a data URI cannot hold or HTML would escape
HARMFUL = re.compile(r"[^\w !$*+,\-./;=?@\[\]^`{|}~]", re.ASCII)


def make_template_environment() -> Environment:
    """Make the environment of the templates; every value is escaped, and an unknown name is an error."""
    # Escaping is enabled for all templates, because jinja2's choice by suffix does not know .j2.
    loader = PackageLoader("aegan.report", package_path="")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def read_asset(name: str) -> str:
    """Read a text file that lies beside the templates, such as page.css."""
    return files("aegan.report").joinpath(name).read_text(encoding="utf-8")


def read_uplot() -> str:
    """Read the library that draws the explorer's curves, under its licence instead of its address."""
    licence, code = read_asset("uplot/LICENSE"), read_asset("uplot/uPlot.iife.min.js")
    return f"/* uPlot\n{licence}*/\n{code.partition('*/')[2]}"


def encode_data_uri(image: str | bytes) -> str:
    """Encode an image, SVG text or PNG bytes, as a data URI. SVG stays text, which is smaller than base64."""
    if isinstance(image, bytes):
        return f"data:image/png;base64,{base64.b64encode(image).decode()}"
    return "data:image/svg+xml," + HARMFUL.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), image
    )


def measure_aspect(image: str | bytes) -> float:
    """Measure the height of an image, SVG text or PNG bytes, relative to its width; 1 if an SVG states no size."""
    if isinstance(image, bytes):
        width, height = struct.unpack(">II", image[16:24])
        return float(height / width)
    size = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', image)
    return float(size[2]) / float(size[1]) if size else 1.0


def hash_script(script: str) -> str:
    """Hash an inline script for the content security policy, which then runs this script unchanged and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
