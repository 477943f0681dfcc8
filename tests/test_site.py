"""The documentation site: it builds without a network, its links lead somewhere, and it describes every function."""

import ast
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "aegan"
#: attributes by which a page loads something as it is opened; `a` loads when it is clicked
LOADING = {"src", "srcset", "data", "poster"}
NOT_LOADED = {"prev", "next", "canonical", "alternate"}


class Page(HTMLParser):
    """What the tests ask about a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.words: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[key] for key in ("id", "name") if key in given}
        self.loaded |= {given[key] for key in LOADING & set(given)}
        self.loaded |= set(re.findall(r"url\(([^)]*)\)", given.get("style", "")))
        if tag == "link" and given.get("rel") not in NOT_LOADED:
            self.loaded.add(given["href"])
        elif "href" in given:
            self.links.add(given["href"])

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @cached_property
    def text(self) -> str:
        return plain("".join(self.words))


def plain(text: str) -> str:
    """Leave out what Markdown reads as markup, and whitespace."""
    return re.sub(r"[\s`*_\\]", "", text)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    no_network = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | no_network | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html")}


def is_external(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.netloc or parts.scheme) and parts.scheme != "data"


@pytest.mark.slow
def test_every_link_and_anchor_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links | page.loaded:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            base = site if link.startswith("/") and path.name == "404.html" else path.parent
            target = (base / unquote(parts.path).lstrip("/")).resolve() if parts.path else path
            if not target.is_file() or (parts.fragment and unquote(parts.fragment) not in pages[target].ids):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []
    assert len(pages) > len(list((ROOT / "docs").glob("*.md")))


@pytest.mark.slow
def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    assert {url for page in pages.values() for url in page.loaded if is_external(url)} == set()
    for path in site.rglob("*.css"):
        text = path.read_text("utf-8")
        assert not [url for url in re.findall(r"url\([\"']?([^)\"']*)", text) if is_external(url)], path
        assert not re.search(r"@import\s+[\"']?(url|http|//)", text), path


def documented(path: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    """Yield the public functions and classes of a module, and the public methods of those classes."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            for method in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield f"{node.name}.{method.name}", method


@pytest.mark.slow
def test_the_api_pages_describe_all_that_is_public(site: Path, pages: dict[Path, Page]) -> None:
    missing = []
    for path in PACKAGE.rglob("[!_]*.py"):
        package, module = (
            ".".join(each.relative_to(ROOT / "src").with_suffix("").parts) for each in (path.parent, path)
        )
        page = pages[site / "api" / f"{package}.html"]
        assert module in page.ids
        for name, node in documented(path):
            summary = (ast.get_docstring(node) or "").partition("\n")[0]
            signature = "" if isinstance(node, ast.ClassDef) or node.decorator_list else f"{node.name}("
            if f"{module}.{name}" not in page.ids or not all(plain(part) in page.text for part in (summary, signature)):
                missing.append(f"{module}.{name}")
    assert missing == []


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[m](../src/aegan/PACKAGE/MODULE.py#L3)", "[m](../api/aegan.PACKAGE.md#aegan.PACKAGE.MODULE)"),
        ("[p](../src/aegan/PACKAGE/)", "[p](../api/aegan.PACKAGE.md)"),
        ("[a folder](../workflow)", "a folder"),
        ("[c](../config/README.md#study)", "[c](../config/README.md#study)"),
        ("[e](https://example.org/src)", "[e](https://example.org/src)"),
    ],
)
def test_links_of_the_repository_become_links_of_the_site(written: str, shown: str) -> None:
    path = min(PACKAGE.glob("*/[!_]*.py"))
    names = {"PACKAGE": path.parent.name, "MODULE": path.stem}
    written, shown = (re.sub("PACKAGE|MODULE", lambda name: names[name[0]], text) for text in (written, shown))
    hook = runpy.run_path(str(ROOT / "docs" / "hooks" / "repository.py"))["on_page_markdown"]
    files = Files([File(f"api/aegan.{path.parent.name}.md", None, "site", use_directory_urls=False)])
    page = SimpleNamespace(file=SimpleNamespace(src_uri="docs/page.md"))
    assert hook(written, page=page, files=files, config=None) == shown
