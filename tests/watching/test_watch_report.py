"""The page of a watched training: the same figures and verdicts as of studies, in one file."""

import re

import pytest

import aegan
from aegan.cli.doctor import diagnose_run
from aegan.watching.watch_report import describe_verdicts, judge_history, write_report


@pytest.fixture
def folder(tiny_gan, tmp_path):
    gan = tiny_gan(lr=1e-2)
    gan.opt_g.add_param_group({"params": list(gan.discriminator.parameters())})
    with aegan.watch(tmp_path / "mine", every=2, **gan.networks) as watch:
        gan.play(30, watch)
    return tmp_path / "mine"


def test_the_page_is_whole_and_loads_nothing(folder):
    path = write_report(folder)
    page = path.read_text("utf-8")
    assert path == folder / "report.html"
    assert "<h1>generator: leak" in page
    assert "its moves reach 4 tensors of discriminator" in page
    for title in ("Gradient norm of every layer", "Update-to-weight ratio", "Losses", "Saturated activations"):
        assert f"<h3>{title}</h3>" in page
    assert not re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page)
    assert page.count("<img") >= 7
    assert "rounds in" in page


def test_the_doctor_says_the_same(folder, tmp_path):
    diagnosis = diagnose_run(folder, [], tmp_path / "config.yaml", {})
    own = judge_history(folder)
    assert list(diagnosis.verdicts["verdict"]) == list(own["verdict"])
    assert list(diagnosis.verdicts["evidence"]) == list(own["evidence"])
    assert "last look at round 28" in diagnosis.state


def test_verdicts_are_told_in_sentences(folder):
    said = describe_verdicts(judge_history(folder))
    assert said["generator"].startswith("generator is leak since round 0: its moves reach")
    assert set(said) == {"generator", "discriminator"}
