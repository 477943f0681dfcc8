"""MkDocs hook: one page per package of src/aegan, written at build time from the files that are there."""

import ast
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from markdown import Extension, Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "aegan"
COPY = TemporaryDirectory()


class PlainUnderscores(Extension):
    """Read W_i σ(W_j) in a docstring as it stands: emphasis is written with asterisks alone."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Remove the underscore from the delimiters of emphasis."""
        md.delimiters.remove("_")


def pages() -> dict[str, list[Path]]:
    """Return the modules of each package by its dotted name; those at the root belong to "aegan"."""
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if not path.name.startswith("_")]
    packages: dict[str, list[Path]] = {}
    for path in sorted(modules, key=lambda path: path.parent):
        packages.setdefault(dotted(path.parent), []).append(path)
    return packages


def dotted(path: Path) -> str:
    """Return the name that a module or package is imported by."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def summary(path: Path) -> str:
    """Return the first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0].replace("|", r"\|")


@event_priority(100)  # before mkdocstrings looks for its paths
def on_config(config: MkDocsConfig) -> None:
    """Let mkdocstrings read a copy with an __init__.py in each package: it sees none of the modules of one without."""
    copy = Path(COPY.name, PACKAGE.name)
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "project"), dirs_exist_ok=True)
    for path in copy.rglob("*.py"):
        (path.parent / "__init__.py").touch()
    config.markdown_extensions.append(PlainUnderscores())
    config.plugins["mkdocstrings"].config.handlers["python"]["paths"] = [COPY.name]


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add an index of all modules, and the page of each package."""
    index = ["# Modules\n\nGenerated from the docstrings. A module is described on the page of its package."]
    contents = {"index": ""}
    for package, modules in pages().items():
        rows = (f"| [`{dotted(path)}`]({package}.md#{dotted(path)}) | {summary(path)} |" for path in modules)
        index.append("\n".join([f"## [{package}]({package}.md)\n", "| module | purpose |", "| --- | --- |", *rows]))
        contents[package] = "\n\n".join([f"# {package}", *(f"::: {dotted(path)}" for path in modules)])
    for name, content in (contents | {"index": "\n\n".join(index)}).items():
        files.append(File.generated(config, f"api/{name}.md", content=content))
