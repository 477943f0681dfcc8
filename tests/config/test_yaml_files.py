import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.config.config_changes import ROOT

from aegan.config.yaml_files import CONFIG, explain_missing_config, merge_config_files
from aegan.errors import AeganError, InputError

LAUGHS = "a0: &a0 [lol, lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


TRAPS = {
    "laughs": LAUGHS,
    "list in itself": "a: &a [*a]",
    "mapping in itself": "a: &a {b: *a}",
    "deep": "[" * 5000,
    "date": "a: 2001-99-99",
    **{tag: f"a: !!{tag} x" for tag in ("int", "float", "bool", "timestamp")},
}


@pytest.mark.parametrize("text", TRAPS.values(), ids=TRAPS)
def test_a_config_that_is_a_trap_is_refused(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(AeganError, match=r"a\.yaml: (is not readable as YAML|expands to more than 100000 values)"):
        merge_config_files([tmp_path / "a.yaml"])


def test_a_config_runs_nothing(tmp_path):
    (tmp_path / "a.yaml").write_text("a: !!python/object/apply:os.mkdir [made]")
    with pytest.raises(AeganError, match="could not determine a constructor"):
        merge_config_files([tmp_path / "a.yaml"])
    assert not Path("made").exists()


def test_an_unreadable_config_file_is_named(tmp_path: Path) -> None:
    for name, content in {"a.yaml": "study: [", "b.yaml": "- 1"}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=name):
            merge_config_files([tmp_path / name])
    with pytest.raises(InputError, match=r"missing\.yaml"):
        merge_config_files([tmp_path / "missing.yaml"])


def test_a_key_that_is_there_twice_is_refused_in_any_of_the_files(tmp_path: Path) -> None:
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("study: {seeds: 0-1}\ngan: {rounds: 1}\nstudy: {name: x}\n", "utf-8")
    with pytest.raises(InputError, match=r"mine\.yaml: the key study is set twice, in lines 1 and 3"):
        merge_config_files([ROOT / "config" / "config.yaml", overlay])


def test_a_call_in_the_wrong_folder_is_told_where_the_config_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, below = tmp_path / "my project", tmp_path / "my project" / "docs" / "sub"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    with pytest.raises(InputError, match=f"is not in the working folder {below}. Call the command in the folder of a"):
        merge_config_files([CONFIG])
    (project / CONFIG).parent.mkdir()
    (project / CONFIG).write_text("study: {}\n", "utf-8")
    with pytest.raises(InputError, match=f"Call the command in {project}, where it is .`cd '{project}'`"):
        merge_config_files([CONFIG])
    monkeypatch.chdir(tmp_path)
    assert f"cd '{project}'" in str(explain_missing_config(project))


def test_overlays_merge_as_snakemake_merges(raw: dict[str, Any]) -> None:
    from snakemake.utils import update_config

    overlay = ROOT / "config" / "studies" / "fashion_mnist.yaml"
    expected = copy.deepcopy(raw)
    update_config(expected, yaml.safe_load(overlay.read_text("utf-8")))
    assert merge_config_files([ROOT / "config" / "config.yaml", overlay]) == expected
