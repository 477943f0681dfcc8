"""aegan outside its checkout: installed from its wheel in a bare environment, and as a module from a local clone."""

import os
import shutil
import subprocess
import sys
import sysconfig
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
#: a block of two seeds of the plain GAN, up to its samples
OVERLAY = (
    "study: {name: small, methods: [gan], seeds: 0-1, block: 2, primary: null, reproductions: []}\ngan: {rounds: 4}\n"
)
#: what snakedeploy writes for a repository in a folder
DEPLOYED = """configfile: "config/config.yaml"


module aegan:
    snakefile:
        "{clone}/workflow/Snakefile"
    config:
        config


use rule * from aegan
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Give the folder of programs of an environment with nothing but aegan's wheel; the libraries come from ours."""
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for part in ("src", "workflow", "config"):
        shutil.copytree(ROOT / part, source / part, ignore=ignored, symlinks=True)
    for part in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / part, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    offline = ["--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", folder, source], check=True)
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    place = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    # a path in a .pth file is searched last, and its own .pth files, such as that of an editable aegan, are not read
    Path(place.stdout.strip(), "libraries.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    (wheel,) = folder.glob("aegan-*.whl")
    subprocess.run([*pip, "--python", python, "install", *offline, wheel], check=True)
    shutil.rmtree(source)
    return environment / "bin"


def call(programs, folder, *command):
    """Call a program of an environment in a folder, outside of any checkout; return all it said."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


def test_a_study_runs_in_a_folder_of_its_own_with_the_installed_wheel(installed, tmp_path):
    code = "import aegan, snakemake_logger_plugin_aegan as plugin; print(aegan.__file__, plugin.__file__)"
    places = call(installed, tmp_path, "python", "-c", code).split()
    assert all(Path(place).is_relative_to(installed.parent) for place in places)
    study = tmp_path / "study"
    call(installed, tmp_path, "aegan", "init", str(study))
    (study / "small.yaml").write_text(OVERLAY, "utf-8")
    assert "methods: gan\n" in call(installed, study, "aegan", "check", "small.yaml")
    assert "small: all 4 jobs done" in call(installed, study, "aegan", "run", "gan", "--configfile", "small.yaml")
    assert (study / "results" / "gan" / "digits" / "gan" / "0-1" / "samples.npy").is_file()
    assert "Nothing to be done" in call(installed, study, "aegan", "run", "gan", "--configfile", "small.yaml")
    plan = call(installed, study, "python", "-m", "snakemake", "-n")  # of the default study
    assert "Using workflow specific profile workflow/profiles/default" in plan
    assert "write_crate" in plan

    tracked = study / "config" / "tracked.yaml"
    tracked.write_text("tracked: {study: small, arguments: gan --configfile small.yaml}\n", "utf-8")
    for command in ("git init --quiet", "python -m dvc init --quiet"):
        call(installed, study, *command.split())
    for _ in range(2):  # the stage is always called, because DVC does not see the installed package
        assert "Running stage 'workflow'" in call(installed, study, "python", "-m", "dvc", "repro")
    assert yaml.safe_load((study / "dvc.lock").read_text("utf-8"))["stages"]["workflow"]["outs"]


def test_a_module_from_a_local_clone_plans_what_the_clone_plans(make_repository, study):
    clone = make_repository()
    user = make_repository()
    for part in ("src", "workflow"):
        shutil.rmtree(user.folder / part)
    (user.folder / "profiles").unlink()
    shutil.copytree(clone.folder / "profiles", user.folder / "profiles")
    (user.folder / "workflow").mkdir()
    (user.folder / "workflow" / "Snakefile").write_text(DEPLOYED.format(clone=clone.folder), "utf-8")
    user.source = clone.folder / "src"
    planned = clone.planned()
    assert sum(planned.values()) > 15
    assert user.planned() == planned
    study["study"] |= {"methods": ["gan"]}  # the config is the user's
    user.configure(study | {"report": {"resamples": 100}})
    assert "train_autoencoder" in planned
    assert "train_autoencoder" not in user.planned()


def test_a_module_from_a_url_is_refused_with_what_to_do_instead(make_repository):
    clone, user = make_repository(), make_repository()
    handler = partial(SimpleHTTPRequestHandler, directory=str(clone.folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        deployed = DEPLOYED.format(clone=f"http://127.0.0.1:{server.server_port}")
        (user.folder / "workflow" / "Snakefile").write_text(deployed, "utf-8")
        said = user.run("snakemake", "--dry-run", check=False).stdout
        server.shutdown()
    assert "aegan cannot be used as a module from http:" in said
    assert "clone its repository" in said


def test_the_workflow_is_laid_out_as_the_catalogue_of_workflows_asks():
    assert (ROOT / "workflow" / "Snakefile").is_file()
    assert 'include: "workflow/Snakefile"' in (ROOT / "Snakefile").read_text("utf-8")
    assert list((ROOT / "workflow" / "rules").glob("*.smk"))
    assert (ROOT / "config" / "README.md").stat().st_size > 1000
    readme = (ROOT / "README.md").read_text("utf-8").lower()
    assert "snakemake" in readme
    assert "workflow" in readme
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text("utf-8"))["usage"]
    assert set(usage) <= {"mandatory-flags", "software-stack-deployment", "report"}
    assert usage["report"] is True
    ways = usage["software-stack-deployment"]
    assert set(ways) == {"conda", "singularity", "singularity+conda"}
    assert any(ways.values())
