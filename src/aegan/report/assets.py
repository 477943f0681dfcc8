"""What every page of the house is made with: templates that escape, files of the package, pictures inside the page."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment() -> Environment:
    """Make the environment of the templates; every value is escaped, and an unknown name is an error."""
    # The template's suffix is .j2, so escaping is switched on for all, not chosen by suffix.
    loader = PackageLoader("aegan.report", package_path="")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def asset(name: str) -> str:
    """Read a text that lies beside the templates, such as page.css."""
    return files("aegan.report").joinpath(name).read_text(encoding="utf-8")


def data_uri(picture: str | bytes) -> str:
    """Write a picture, SVG text or PNG bytes, as an address that holds it."""
    kind, data = ("svg+xml", picture.encode()) if isinstance(picture, str) else ("png", picture)
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def fingerprint(script: str) -> str:
    """Name an inline script as a content security policy allows it: it runs as it is, and no other does."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
