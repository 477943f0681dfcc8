"""The command line, as a user calls it."""

import os
import subprocess
import sys
from importlib import metadata
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


def call_process(*command, **variables):
    """Call a command, such as `aegan` or `python -m aegan`, in a process of its own."""
    program = Path(sys.executable).parent / command[0]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")} | variables
    return subprocess.run([program, *command[1:]], env=environment, capture_output=True, text=True, check=False)


def test_the_module_is_the_command_and_has_a_version(call):
    version = f"aegan {metadata.version('aegan')}\n"
    assert call("--version").output == version
    assert call_process("python", "-m", "aegan", "--version").stdout == version
    assert "Usage: python -m aegan check" in call_process("python", "-m", "aegan", "check", "--help").stdout
    assert call_process("python", "-m", "aegan", "no-such-command").returncode == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("aegan c", {"check", "clean", "compare"}),
        ("aegan doctor --re", {"--report"}),
        ("aegan ga", set()),  # commands for developers are hidden
    ],
)
def test_a_shell_completes_commands_and_options(line, expected):
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    done = call_process("aegan", _AEGAN_COMPLETE="complete_bash", **words)
    assert set(done.stdout.split()) == expected


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
