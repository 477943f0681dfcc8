"""The captions of Snakemake's report are those of ours."""

from pathlib import Path

from docutils.core import publish_doctree

from aegan.figures.registry import FIGURES
from aegan.report.captions import build_captions, escape_rst, write_captions
from aegan.report.section_registry import SECTIONS

FOLDER = Path(__file__).parents[2] / "workflow" / "report"


def test_the_files_are_those_of_the_registry():
    written = {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in FOLDER.glob("*/*.rst")}
    assert written == build_captions(), "run `aegan docs`"
    assert {Path(name).stem for name in written} == set(FIGURES)


def test_every_figure_is_in_the_folder_of_its_section():
    folders = dict(reversed(path.removesuffix(".rst").split("/")) for path in build_captions())
    assert folders == {name: spec.section for name, spec in FIGURES.items()}
    illustrated = {section.anchor for section in SECTIONS} & {spec.section for spec in FIGURES.values()}
    assert illustrated < set(folders.values())


def test_captions_are_read_as_they_are_meant():
    texts = [publish_doctree(text).astext() for text in build_captions().values()]
    assert texts == [f"{entry.title}. {entry.caption}" for entry in FIGURES.values()]
    plain = "a*b, `c`, |d|, e_f_ and \\"
    assert publish_doctree(escape_rst(plain)).astext() == plain


def test_captions_of_deleted_figures_are_deleted(tmp_path):
    for name in ("old/gone.rst", "study.rst"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("kept by hand, or not")
    write_captions(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("**/*.rst")} == {
        "study.rst",
        *build_captions(),
    }
