"""Whether a config was fixed before the first result, in repositories of Git that a test makes."""

import subprocess
from pathlib import Path

import pytest
import yaml

from aegan.config.freeze import check_freeze, describe_freeze, find_other_runs, list_differences
from aegan.config.resolved import resolve_config
from aegan.config.yaml_files import merge_config_files
from aegan.provenance import NOT_IN_GIT

CONFIG, OVERLAY = Path("config.yaml"), Path("answer.yaml")
STUDY = {
    "study": {"name": "answer", "datasets": ["digits"], "methods": ["gan", "reconstruction"], "seeds": "0-1"},
    "datasets": {"digits": {"source": "digits"}, "ring": {"source": "ring"}},
    "autoencoders": {"dense": {"architecture": "dense"}},
    "gan": {"rounds": 8, "latent": 32},
    "methods": {
        "gan": {"role": "none"},
        "reconstruction": {"role": "reconstruction", "autoencoder": "dense"},
        "ebgan": {"role": "ebgan"},
    },
}
FIXED = {"study": {"primary": {"comparisons": ["reconstruction"], "endpoints": ["fd"]}}, "report": {"alpha": 0.05}}


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write(path: Path, content: dict) -> None:
    path.write_text(yaml.safe_dump(content), "utf-8")


def commit() -> str:
    git("add", "--all")
    git("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--allow-empty", "-m", "x")
    return git("rev-parse", "HEAD")


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the commit of the first run, in a repository with a config and an overlay that fixes a comparison."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    write(CONFIG, STUDY)
    write(OVERLAY, FIXED)
    return commit()


def check(*commits: str):
    return check_freeze([CONFIG, OVERLAY], commits)


def test_what_every_run_found_committed_was_frozen(first):
    Path("code.py").write_text("print(1)", "utf-8")
    second = commit()
    found = check(first, f"{second} (with uncommitted changes)")
    assert found.state == "frozen"
    assert f"answer.yaml was last changed in commit {first[:10]} of 20" in found.sentence
    assert second[:10] not in found.sentence


@pytest.mark.parametrize(
    ("path", "content", "key"),
    [
        (OVERLAY, FIXED | {"report": {"alpha": 0.1}}, "report.alpha"),
        (
            OVERLAY,
            {"study": {"primary": {"comparisons": ["reconstruction"], "endpoints": ["fd", "lost"]}}},
            "endpoints",
        ),
        (CONFIG, STUDY | {"gan": {"rounds": 9, "latent": 32}}, "methods.gan.rounds and methods.reconstruction.rounds"),
    ],
)
@pytest.mark.parametrize("committed", [True, False])
def test_a_change_after_the_first_run_is_told_with_its_keys(first, path, content, key, committed):
    write(path, content)
    later = [commit()] if committed else []
    found = check(first, *later)
    assert found.state == "changed"
    assert f"{key} had other values at commit {first[:10]}" in found.sentence


def test_a_config_that_was_committed_after_the_first_run_was_not_frozen(first):
    OVERLAY.unlink()
    without = commit()
    write(OVERLAY, FIXED)
    assert check(commit()).state == "frozen"
    found = check(without)
    assert found == ("changed", f"The configuration changed after the first run: {OVERLAY} did not exist at commit "
                     f"{without[:10]}.")  # fmt: skip


def test_what_the_study_does_not_use_may_change(first):
    write(CONFIG, STUDY | {"methods": STUDY["methods"] | {"ebgan": {"role": "ebgan", "rounds": 5}}})
    assert check(first).state == "frozen"


def test_a_study_that_fixes_nothing_may_change(first):
    write(OVERLAY, {"study": {"primary": None}})
    assert check(first).state == "open"


def test_what_git_does_not_tell_is_said_to_be_unknown(first, tmp_path, monkeypatch):
    assert check("0" * 40).state == check(NOT_IN_GIT).state == check().state == "unknown"
    assert check(first, NOT_IN_GIT).state == "unknown"
    monkeypatch.setenv("PATH", "")
    assert "Git is not installed" in check(first).sentence
    monkeypatch.undo()
    elsewhere = tmp_path / "unpacked"
    elsewhere.mkdir()
    for path in (CONFIG, OVERLAY):
        (elsewhere / path).write_bytes((tmp_path / path).read_bytes())
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    found = check(first)
    assert found.state == "unknown"
    assert "no Git history" in found.sentence
    OVERLAY.unlink()
    assert "answer.yaml: is not there" in check(first).sentence


def test_the_report_states_the_settings_of_the_files_and_of_every_run(first):
    files = [CONFIG, OVERLAY]
    config = resolve_config(merge_config_files(files))
    runs = [
        {"method": name, "dataset": "digits", "commit": first, "config": dict(config.resolve_params("methods", name))}
        for name in config.study.methods
    ]
    runs.append(
        {"autoencoder": "dense", "dataset": "digits", "commit": first, "config": config.params["autoencoders"]["dense"]}
    )
    assert find_other_runs(config, runs) == []
    found = describe_freeze(files, config.settings, runs)
    assert found.state == "frozen"
    assert found.sentence.endswith("All 3 cohorts were trained with the settings that it gives them.")
    given = {**config.settings, "report": {**config.settings["report"], "alpha": 0.1}}
    found = describe_freeze(files, given, runs)
    assert (found.state, "report.alpha" in found.sentence) == ("changed", True)
    runs[1]["config"]["rounds"] = 7
    found = describe_freeze(files, config.settings, runs)
    assert (found.state, "reconstruction on digits (rounds)" in found.sentence) == ("changed", True)


def test_differences_are_listed_by_key():
    old, new = {"a": 1, "b": {"c": [1, 2], "d": None}}, {"a": 1, "b": {"c": [1], "d": None, "e": None}}
    assert list(list_differences(old, new)) == ["b.c", "b.e"]
    assert list(list_differences(old, old)) == []
