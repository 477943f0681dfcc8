"""The command line, as a user calls it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from aegan.cli.main import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def call(monkeypatch):
    monkeypatch.chdir(ROOT)
    return lambda *arguments: CliRunner().invoke(app, list(map(str, arguments)))


def test_check_lists_what_a_study_would_run(call):
    done = call("check", "config/studies/fashion_mnist.yaml", "config/studies/fashion_mnist_full.yaml")
    assert done.exit_code == 0
    assert "data sets: fashion_mnist" in done.output
    assert "autoencoders: conv, article" in done.output
    assert "seeds: 0-9" in done.output


def test_check_names_mistakes_and_fails(call, tmp_path):
    (tmp_path / "study.yaml").write_text("gan: {loss: minmax}\nmethods: {latent: {autoencoder: dens}}\n", "utf-8")
    done = call("check", tmp_path / "study.yaml")
    assert done.exit_code == 1
    assert "2 mistakes in the config; nothing was started" in done.output
    assert "Did you mean 'minimax'?" in done.output
    assert "Traceback" not in done.output


def test_check_names_a_file_that_is_not_there(call, tmp_path):
    done = call("check", tmp_path / "none.yaml")
    assert done.exit_code == 1
    assert "none.yaml" in done.output


def test_without_a_command_the_help_is_shown(call):
    assert "check" in call("--help").output


def test_check_says_what_this_machine_lacks_of_a_precision(call, tmp_path, monkeypatch):
    monkeypatch.setattr("aegan.pipeline.gpu_lease.is_gpu_visible", lambda: False)
    monkeypatch.setattr("torch.cpu.get_capabilities", dict)
    methods = "methods:\n  gan: {precision: tf32}\n  low: {role: none, precision: bf16}\n"
    overlay = f"study: {{methods: [gan, low], primary: null}}\n{methods}"
    (tmp_path / "study.yaml").write_text(overlay, "utf-8")
    done = call("check", tmp_path / "study.yaml")
    assert done.exit_code == 0
    assert "methods.gan.precision: tf32 needs an NVIDIA GPU" in done.output
    assert "methods.low.precision: this processor has no bf16 instructions" in done.output
    (tmp_path / "study.yaml").write_text("gan: {precision: half}\n", "utf-8")
    assert "Known: float32, tf32, bf16" in call("check", tmp_path / "study.yaml").output
