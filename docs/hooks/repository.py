"""MkDocs hook: show the pages of the repository under the paths that they have there.

So the links that GitHub follows hold in the site, too. Every file that a page links to is copied along; a link to a
module leads to its API page, and of a link to another folder only the text stays.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"(?P<text>\[[^\[\]]*\])\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")

#: what is not copied: what lies outside the repository, and modules, which have API pages
SKIPPED = re.compile(r"\.\.|src/.*\.py$")


def resolved(page: str, link: re.Match[str]) -> str:
    """Return the path in the repository of what a link on `page` leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), link["target"]))


def linked(pages: list[str]) -> list[str]:
    """Return `pages` and every file of the repository that they, or pages that they link to, link to."""
    for page in pages:  # which grows
        text = (ROOT / page).read_text("utf-8") if page.endswith(".md") else ""
        found = {resolved(page, link) for link in LINK.finditer(text)} - set(pages)
        pages += sorted(path for path in found if (ROOT / path).is_file() and not SKIPPED.match(path))
    return pages


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Replace the files of docs/ by those of the repository, and write the navigation."""
    for file in [file for file in files if file.src_dir == config.docs_dir]:
        files.remove(file)
    guides = sorted(f"docs/{path.name}" for path in Path(config.docs_dir).glob("*.md"))
    paths = linked(["README.md", *guides])
    for path in paths:
        files.append(File(path, str(ROOT), config.site_dir, config.use_directory_urls))
    tutorial = [path for path in guides if path == "docs/tutorial.md"]
    named = {"README.md", "config/README.md", *guides}
    config.nav = [
        {"Home": "README.md"},
        *({"Tutorial": path} for path in tutorial),
        {"Guides": [path for path in guides if path not in tutorial]},
        {"Configuration": "config/README.md"},
        {"API": [file.src_uri for file in files if file.src_uri.startswith("api/")]},
        {"Project": [path for path in paths if path.endswith(".md") and path not in named]},
    ]


def on_page_markdown(markdown: str, page: Page, files: Files, **_: object) -> str:
    """Replace the links to modules and folders."""

    def replaced(link: re.Match[str]) -> str:
        path = resolved(page.file.src_uri, link)
        name = path.removeprefix("src/").removesuffix(".py").replace("/", ".")
        for package, anchor in ((name, ""), (name.rpartition(".")[0], f"#{name}")):
            if path.startswith("src/") and files.get_file_from_path(f"api/{package}.md"):
                return f"{link['text']}({get_relative_url(f'api/{package}.md', page.file.src_uri)}{anchor})"
        return link["text"][1:-1] if (ROOT / path).is_dir() else link[0]

    return LINK.sub(replaced, markdown)
