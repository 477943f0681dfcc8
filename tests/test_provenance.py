"""Digests of code: what they see, and what they do not."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from aegan import provenance
from aegan.provenance import (
    NOT_IN_GIT,
    code_digest,
    describe_commit,
    digest,
    file_digest,
    find_imported_files,
    list_versions,
    load_sources,
    make_run_record,
    save_sources,
)

SCRIPTS = Path(__file__).parent.parent / "workflow" / "scripts"

CODE = '''"""Words."""
from aegan.metrics.coverage import compute_overlap

def main(x: int) -> int:
    """More words."""
    return x + 1
'''


def files(script: str) -> set[str]:
    return {"/".join(path.parts[-2:]) for path in find_imported_files(SCRIPTS / f"{script}.py")}


def written(folder: Path, text: str) -> str:
    path = folder / "script.py"
    path.write_text(text, encoding="utf-8")
    return code_digest(path)


def test_a_script_depends_on_what_it_imports_and_on_nothing_else():
    training, evaluation, report = files("train_gan"), files("evaluate_gan"), files("write_report")
    assert {"games/latent.py", "training/member.py", "objectives/penalties.py", "probes/quantities.py"} <= training
    assert not {"metrics/coverage.py", "probes/verdicts.py", "report/page.py", "aegan/config/model.py"} & training
    assert "metrics/coverage.py" in evaluation
    assert not {"statistics/paired.py", "report/page.py"} & evaluation
    assert "report/page.py" in report


@pytest.mark.parametrize(
    "text",
    [
        CODE.replace('"""Words."""', '"""Other words."""'),
        CODE.replace('    """More words."""\n', ""),
        CODE.replace("return x + 1", "return x + 1  # a comment"),
        CODE.replace("x + 1", "(x   +   1)"),
    ],
    ids=["docstring", "no docstring", "comment", "layout"],
)
def test_words_and_layout_leave_the_digest_alone(tmp_path, text):
    assert text != CODE
    assert written(tmp_path, text) == written(tmp_path, CODE)


@pytest.mark.parametrize(
    "text",
    [
        CODE.replace("x + 1", "x + 2"),
        CODE.replace("x: int)", "x: int = 3)"),
        CODE.replace("metrics.coverage import compute_overlap", "metrics.distances import frechet_distance"),
    ],
    ids=["value", "default", "import"],
)
def test_code_changes_the_digest(tmp_path, text):
    assert text != CODE
    assert written(tmp_path, text) != written(tmp_path, CODE)


def test_another_process_reuses_what_was_parsed_until_a_file_changes(tmp_path, monkeypatch):
    cache, script = tmp_path / "kept" / "sources.json", tmp_path / "script.py"
    before = written(tmp_path, CODE)
    save_sources(cache)
    monkeypatch.setattr(provenance, "_sources", {})
    load_sources(cache)
    with monkeypatch.context() as patch:
        patch.setattr(provenance.ast, "parse", lambda *_args, **_options: pytest.fail("parsed again"))
        assert code_digest(script) == before
    assert written(tmp_path, CODE.replace("x + 1", "x + 2")) != before
    assert written(tmp_path, CODE) == before


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"python": 3}', b"\xff", None])
def test_a_cache_that_cannot_be_used_is_ignored(tmp_path, monkeypatch, content):
    cache = tmp_path / "sources.json"
    if content is None:
        cache.mkdir()
    else:
        cache.write_bytes(content)
    monkeypatch.setattr(provenance, "_sources", {})
    load_sources(cache)
    assert written(tmp_path, CODE)
    save_sources(cache)


def test_digests_of_values_do_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_file_digest_is_sha256(tmp_path):
    (tmp_path / "file").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_digest(tmp_path / "file") == expected


def test_the_commit_of_the_code_is_that_of_its_checkout_and_says_what_has_changed(tmp_path, monkeypatch):
    def git(*arguments):
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        done = subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    package = tmp_path / "src" / "aegan"
    package.mkdir(parents=True)
    (package / "provenance.py").write_text("x = 1\n", "utf-8")
    monkeypatch.setattr("aegan.provenance.__file__", str(package / "provenance.py"))
    describe = describe_commit.__wrapped__
    assert describe() == NOT_IN_GIT
    git("init", "--quiet")
    assert describe() == NOT_IN_GIT  # as of a package that is installed below somebody's repository
    git("add", "src")
    git("commit", "--quiet", "--message", "first")
    commit = git("rev-parse", "HEAD")
    assert describe() == commit
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "index.html").write_text("made by the study", "utf-8")
    assert describe() == commit
    (package / "new.py").write_text("y = 2\n", "utf-8")
    assert describe() == f"{commit} (with uncommitted changes)"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert describe() == NOT_IN_GIT  # as in a container without Git


def test_a_run_names_commit_and_date():
    record = make_run_record(config={}, code="c0de", device="cpu", data="da7a", scaling={}, members=[], engine="eager")
    assert record["commit"] == describe_commit()
    assert abs((datetime.now(UTC).date() - date.fromisoformat(record["date"])).days) <= 1


def test_versions_name_what_numbers_depend_on():
    assert {"python", "torch", "numpy", "aegan"} <= set(list_versions())
