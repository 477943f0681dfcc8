"""`aegan run` and DVC over real Git and DVC repositories, with a workflow whose jobs take a moment."""

import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from filelock import FileLock

from aegan.pipeline.repair import ASIDE, METADATA, metadata_path

pytestmark = pytest.mark.slow

TOY = Path(__file__).parent / "toy"
DATA, MORE, WEIGHTS = Path("results/data/data.txt"), Path("results/data/more.txt"), Path("results/gan/weights.txt")
METRICS = Path("reports/quickstart/metrics.json")


@pytest.fixture(scope="module")
def template(make_repository, tmp_path_factory):
    """Give a repository with the toy workflow, all run and committed to Git and DVC."""
    repository = make_repository()
    folder = repository.folder
    shutil.copy(TOY / "Snakefile", folder / "workflow" / "Snakefile")
    for old in ("rules", "scripts"):
        shutil.rmtree(folder / "workflow" / old)
    shutil.copy(TOY / "toy.py", folder / "workflow")
    (folder / "data" / "raw" / "numbers.txt").write_text("1 2 3\n", "utf-8")
    repository.edit("config/config.yaml", "name: tiny", "name: quickstart")
    for command in ("git init", "git config user.email test@example.org", "git config user.name test", "dvc init"):
        repository.run(*command.split())
    shutil.copytree(TOY.parent.parent.parent / ".dvc" / "plots", folder / ".dvc" / "plots", dirs_exist_ok=True)
    for command in ("dvc config core.autostage true", "dvc repro", "git add --all", "git commit --message done"):
        repository.run(*command.split())
    return repository


@pytest.fixture
def toy(template, copy_repository, tmp_path, monkeypatch):
    """Give a copy of it to change; it is the working folder."""
    copy = copy_repository(template, tmp_path / "toy")
    monkeypatch.chdir(copy.folder)
    return copy


def run(toy, *arguments, check=True):
    """Call `aegan run`; return all it said."""
    done = toy.run("aegan", "run", *arguments, check=check)
    return done.stdout + done.stderr


def flip(path):
    """Change one byte of a file, and neither its size nor its time."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def number(path):
    return float(path.read_text("utf-8"))


def test_a_changed_byte_is_mended_from_the_cache_and_no_job_runs(toy):
    flip(DATA)
    assert f"{DATA}: differs from what its job wrote; the next run repairs it" in run(toy, "--dry-run")
    said = run(toy)
    assert f"{DATA}: differs from what its job wrote; restored from DVC's cache" in said
    assert "Nothing to be done" in said
    assert number(DATA) == 6
    assert number(WEIGHTS) == 14
    assert (ASIDE / DATA).read_text("utf-8") != DATA.read_text("utf-8")


def test_a_run_shows_its_progress_status_repeats_it_and_the_log_has_the_rest(toy):
    toy.edit("config/config.yaml", "rounds: 8", "rounds: 9")
    said = run(toy)
    assert "quickstart: all 3 jobs done, at " in said  # train, tabulate and all
    assert "rule train:" not in said
    assert "rule train:" in Path("logs/run.log").read_text("utf-8")
    told = toy.run("aegan", "status").stdout.strip()
    assert told in said
    toy.run("snakemake", "--forcerun", "train")  # without the logger, as ever
    assert toy.run("aegan", "status").stdout.strip() == told


def test_results_that_dvc_does_not_know_yet_are_kept_and_only_what_is_damaged_among_them_is_made_again(toy):
    toy.edit("config/config.yaml", "rounds: 8", "rounds: 9")
    toy.run("snakemake")
    made = WEIGHTS.stat().st_mtime_ns
    assert "results" in toy.run("dvc", "status").stdout
    flip(MORE)
    flip(METRICS)
    said = run(toy)
    assert f"{MORE}: differs from what its job wrote; restored" in said
    assert f"{METRICS}: differs from what its job wrote; set aside" in said
    assert (number(WEIGHTS), WEIGHTS.stat().st_mtime_ns) == (15, made)
    assert json.loads(METRICS.read_text("utf-8"))["digits"]["gan"]["fd"] == 15
    assert toy.run("dvc", "status").stdout.strip() == "Data and pipelines are up to date."

    toy.edit("config/config.yaml", "rounds: 9", "rounds: 10")
    toy.run("snakemake")
    flip(WEIGHTS)
    assert "DVC's cache has other bytes" in run(toy)
    assert number(WEIGHTS) == 16


def test_a_damaged_cache_is_noticed_and_its_file_made_again(toy):
    (cached,) = [path for path in Path(".dvc/cache").glob("**/*") if path.is_file() and path.read_bytes() == b"14.0\n"]
    flip(WEIGHTS)
    flip(cached)
    assert f"{WEIGHTS}: differs from what its job wrote; set aside, and DVC's cache has other bytes" in run(toy)
    assert number(WEIGHTS) == 14


def test_without_dvc_and_with_a_torn_record_jobs_run_again(toy):
    Path("dvc.lock").unlink()
    flip(MORE)
    (record,) = Path("results/provenance").glob("train.json")
    flip(record)
    said = run(toy)
    assert f"{MORE}: differs from what its job wrote; set aside" in said
    assert f"{record}: is not the record that its job wrote; set aside" in said
    assert number(MORE) == 6
    assert not Path("dvc.lock").exists()
    assert "Nothing to be done" in run(toy)


def test_a_file_that_snakemake_does_not_know_is_made_again(toy):
    metadata_path(WEIGHTS).unlink()
    toy.edit("config/config.yaml", "rounds: 8", "rounds: 20")
    assert f"{WEIGHTS}: Snakemake has no metadata of it" in run(toy)
    assert number(WEIGHTS) == 26
    shutil.rmtree(METADATA)
    said = run(toy, check=False)
    assert ".snakemake/metadata: is lost" in said
    assert number(WEIGHTS) == 26


def test_an_overlay_is_not_taken_for_what_the_stage_makes(toy):
    overlay = Path("other.yaml")
    overlay.write_text("gan: {rounds: 9}\n", "utf-8")
    assert "not committed to DVC" in run(toy, "--configfile", str(overlay))
    assert "results" in toy.run("dvc", "status").stdout
    assert number(WEIGHTS) == 15


def test_a_killed_snakemake_is_waited_for_while_a_job_lives_and_unlocked_then(toy):
    tools = Path(sys.executable).parent
    toy.edit("config/config.yaml", "rounds: 8", "rounds: 9")
    environment = os.environ | {"PYTHONPATH": "src", "TOY_WAITS_IN": "train", "PATH": f"{tools}:{os.environ['PATH']}"}
    process = subprocess.Popen(["snakemake"], env=environment, stderr=subprocess.DEVNULL)
    while not Path("waiting").exists():
        assert process.poll() is None
        time.sleep(0.1)
    children = psutil.Process(process.pid).children(recursive=True)
    try:
        assert "is at work here" in run(toy, check=False)
        process.send_signal(signal.SIGKILL)
        process.wait()
        said = run(toy, check=False)
        assert "is at work here" in said
        assert "nothing was touched" in said
    finally:
        for child in children:
            child.kill()
    psutil.wait_procs(children)
    said = run(toy)
    assert "unlocked: the Snakemake that held this folder is gone" in said
    assert number(WEIGHTS) == 15
    assert not list(Path(".snakemake/locks").glob("*"))


def test_what_may_be_at_work_elsewhere_is_respected(toy):
    lock = Path(".snakemake/locks/0.output.lock")
    lock.parent.mkdir(exist_ok=True)
    lock.write_text(f"{WEIGHTS}\n", "utf-8")
    holder = Path(".snakemake/holder.json")
    host = json.loads(holder.read_text("utf-8"))["host"]
    holder.write_text('{"host": "login2"}', "utf-8")
    assert "is locked by a Snakemake on login2" in run(toy, check=False)
    holder.write_text(json.dumps({"host": host}), "utf-8")
    os.utime(holder, (0, 0))
    assert "was locked a moment ago" in run(toy, check=False)
    os.utime(holder)
    with FileLock(".snakemake/aegan.lock"):
        assert "another `aegan run` is at work here" in run(toy, check=False)
    assert lock.exists()
    assert "Nothing to be done" in run(toy)


def test_links_into_the_cache_are_refused_and_its_copies_are_not(toy):
    for link in ("symlink", "hardlink"):
        toy.run("dvc", "config", "cache.type", link)
        toy.run("dvc", "checkout", "--relink")
        assert "is a link into DVC's cache" in run(toy, check=False)
    toy.run("dvc", "config", "cache.type", "reflink,copy")
    toy.run("dvc", "checkout", "--relink")
    assert "Nothing to be done" in run(toy)


def test_experiments_run_what_their_params_change_and_are_shown_with_their_metrics(toy):
    unchanged = DATA.stat().st_mtime_ns
    toy.run("dvc", "exp", "run", "--name", "nine", "-S", "config/config.yaml:gan.rounds=9")
    assert (number(WEIGHTS), DATA.stat().st_mtime_ns) == (15, unchanged)
    for rounds in ("20", "30"):
        toy.run(
            "dvc", "exp", "run", "--queue", "--name", f"queued{rounds}", "-S", f"config/config.yaml:gan.rounds={rounds}"
        )
    assert toy.run("dvc", "queue", "status").stdout.count("Queued") == 2
    toy.run("dvc", "exp", "run", "--run-all")
    shown = toy.run("dvc", "exp", "show", "--csv").stdout
    found = {line.split(",")[0]: line for line in shown.splitlines()}
    assert ",15.0," in found["nine"]
    assert ",26.0," in found["queued20"]
    assert ",36.0," in found["queued30"]
    assert number(WEIGHTS) == 15


def test_another_study_than_the_default_is_tracked_by_naming_it(toy):
    overlay = toy.folder / "config" / "studies" / "other.yaml"
    overlay.write_text("gan: {rounds: 20}\n", "utf-8")
    arguments = "config/tracked.yaml:tracked.arguments='--configfile config/studies/other.yaml'"
    toy.run("dvc", "exp", "run", "--name", "other", "-S", arguments)
    assert number(WEIGHTS) == 26
    said = run(toy, "--configfile", "config/studies/other.yaml")  # what the stage runs, so that it is committed
    assert "not committed to DVC" not in said
    assert toy.run("dvc", "status").stdout.strip() == "Data and pipelines are up to date."
    overlay.write_text("gan: {rounds: 30}\n", "utf-8")
    toy.run("dvc", "repro")
    assert number(WEIGHTS) == 36
    toy.edit("config/tracked.yaml", "study: quickstart", "study: other")
    assert "reports/other/metrics.json" in toy.run("dvc", "metrics", "show").stdout
    assert "not committed to DVC" in run(toy)  # the default study is not what the stage makes any more


def test_metrics_params_and_plots_of_two_commits_are_set_against_each_other(toy):
    toy.edit("config/config.yaml", "rounds: 8", "rounds: 9")
    run(toy)
    toy.run("git", "add", "--all")
    toy.run("git", "commit", "--quiet", "--message", "nine")
    (metric,) = json.loads(toy.run("dvc", "metrics", "diff", "--json", "HEAD~1").stdout).values()
    assert metric["digits.gan.fd"] == {"old": 14.0, "new": 15.0, "diff": 1.0}
    (param,) = json.loads(toy.run("dvc", "params", "diff", "--json", "HEAD~1").stdout).values()
    assert param["gan.rounds"] == {"old": 8, "new": 9, "diff": 1}
    toy.run("aegan", "plots", "HEAD~1", "HEAD", "--to", "plots")
    page = Path("plots/index.html").read_text("utf-8")
    assert "vegaEmbed" in page
    assert 'src="http' not in page
    assert '"value": "14.0"' in page
    assert '"value": "15.0"' in page


def test_a_clone_has_nothing_to_do_and_switching_commits_brings_each_ones_results(toy, clone, tmp_path):
    toy.edit("config/config.yaml", "rounds: 8", "rounds: 9")
    run(toy)
    toy.run("git", "commit", "--quiet", "--all", "--message", "nine")
    copy = clone(toy, tmp_path / "clone", str(tmp_path / "remote"))
    copy.edit("config/config.yaml", "rounds: 9", "rounds: 10")
    assert copy.planned() == {"train": 1, "tabulate": 1}
    for revision, expected in {"HEAD~1": 14, "master": 15}.items():
        toy.run("git", "checkout", "--quiet", "--force", revision)
        toy.run("dvc", "checkout")
        assert "Nothing to be done" in run(toy)
        assert number(WEIGHTS) == expected


@pytest.mark.skipif(not shutil.which("sshd", path="/usr/sbin:/usr/bin"), reason="needs sshd, of openssh-server")
def test_a_remote_behind_ssh_serves_a_clone(toy, clone, tmp_path, sshd):
    (tmp_path / "far").mkdir()
    url = f"ssh://{sshd.user}@127.0.0.1:{sshd.port}{tmp_path}/far"
    clone(toy, tmp_path / "clone", url, f"keyfile {sshd.key}")
    assert [path for path in (tmp_path / "far").glob("files/md5/*/*") if path.is_file()]


@pytest.fixture
def sshd(tmp_path_factory):
    """Run an SSH server with keys of its own on a free port of this machine."""
    folder = tmp_path_factory.mktemp("sshd")
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized_keys")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ListenAddress": "127.0.0.1", "Port": port, "HostKey": folder / "host", "PidFile": "none", "UsePAM": "no",
        "AuthorizedKeysFile": folder / "authorized_keys", "StrictModes": "no", "Subsystem": "sftp internal-sftp",
        "PasswordAuthentication": "no",
    }  # fmt: skip
    (folder / "config").write_text("".join(f"{key} {value}\n" for key, value in settings.items()), "utf-8")
    Path("/run/sshd").mkdir(exist_ok=True)  # where sshd, called by root, wants to lock itself in
    program = shutil.which("sshd", path="/usr/sbin:/usr/bin")
    process = subprocess.Popen([program, "-D", "-e", "-f", folder / "config"], stderr=(folder / "log").open("w"))
    while not listening(port):
        assert process.poll() is None, (folder / "log").read_text("utf-8")
        time.sleep(0.05)
    yield SimpleNamespace(user=getpass.getuser(), port=port, key=folder / "user")
    process.terminate()
    process.wait()


def listening(port):
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
