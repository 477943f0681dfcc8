"""`aegan docs`: every generated file agrees with the committed one."""

import shutil
from pathlib import Path

from aegan.cli.documents import write_documents

ROOT = Path(__file__).parents[2]


def test_the_committed_documents_are_those_that_are_generated(tmp_path):
    for name in ("config", "reports/quickstart"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "README.md", tmp_path / "README.md")
    write_documents(tmp_path / "config")
    written = [path.relative_to(tmp_path) for path in tmp_path.glob("workflow/report/**/*.rst")]
    assert len(written) > 20
    fixed = ("config/schema.json", "config/README.md", "README.md", "src/aegan/cli/catalogue.json")
    for path in [*written, *map(Path, fixed)]:
        assert (tmp_path / path).read_text("utf-8") == (ROOT / path).read_text("utf-8"), path


def test_a_folder_without_a_readme_gets_the_config_documents_and_the_captions(tmp_path):
    (tmp_path / "config").mkdir()
    write_documents(tmp_path / "config")
    assert {path.name for path in (tmp_path / "config").iterdir()} == {"schema.json", "README.md"}
    assert (tmp_path / "workflow" / "report").is_dir()
    assert not (tmp_path / "README.md").exists()
