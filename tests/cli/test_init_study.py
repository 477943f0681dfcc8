"""The files that `aegan init` lays; tests/workflow/test_elsewhere.py runs a study in such a folder."""

from pathlib import Path

import yaml

from aegan.cli.init_study import FILES, init_study

ROOT = Path(__file__).parents[2]


def test_a_folder_is_laid_whole_beside_other_files(in_folder, call):
    (in_folder / "mine").mkdir()
    (in_folder / "mine" / "notes.txt").write_text("mine", "utf-8")
    done = call("init", "mine")
    assert done.exit_code == 0
    laid = {str(path.relative_to("mine")) for path in Path("mine").rglob("*") if path.is_file()}
    assert laid == {*FILES, "notes.txt"}
    assert Path("mine/config/config.yaml").read_text("utf-8") == (ROOT / "config" / "config.yaml").read_text("utf-8")
    assert "next: cd mine" in done.output


def test_nothing_is_overwritten_and_nothing_is_written_then(in_folder, call):
    Path("dvc.yaml").write_text("stages: {}\n", "utf-8")
    done = call("init", ".")
    assert done.exit_code == 1
    assert "dvc.yaml: exists already, and nothing is overwritten" in done.output
    assert [str(path) for path in Path().rglob("*")] == ["dvc.yaml"]


def test_its_stage_is_that_of_the_checkout_and_always_called(in_folder):
    init_study(in_folder)
    (own,), (ours,) = (
        yaml.safe_load((folder / "dvc.yaml").read_text("utf-8"))["stages"].values() for folder in (in_folder, ROOT)
    )
    assert own.pop("always_changed")  # DVC does not see the installed package
    # the code is in the package, and params name one file of the folder alone
    assert set(own.pop("deps")) == {"config", *ours.pop("deps")} - {"config/studies", "src"}
    assert own == ours
