"""A Slurm of one machine: controller, two nodes, a pretended GPU on each."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ETC = Path("/etc/slurm")
MARK = "ClusterName=aegan_test"
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")

#: two nodes of one host tell their GPUs apart by a device file; any will do
GRES = """
NodeName=n1 Name=gpu Type=fake File=/dev/null
NodeName=n2 Name=gpu Type=fake File=/dev/zero
"""
CONFIG = """
{mark}
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort=16817
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
GresTypes=gpu
ReturnToService=2
SlurmdParameters=config_overrides
MinJobAge=600
KillWait=2
SchedulerParameters=sched_interval=1,batch_sched_delay=0
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port=17001 CPUs=4 RealMemory=16000 Gres=gpu:fake:1
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port=17002 CPUs=4 RealMemory=16000 Gres=gpu:fake:1
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


def ask(*command: str) -> str:
    """Run a command of Slurm and return what it prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run a Slurm while the tests do; a machine that has one of its own is left alone."""
    if os.geteuid() != 0 or not all(map(shutil.which, PROGRAMS)):
        pytest.skip("needs root and Debian's packages slurm-wlm and munge")
    if (ETC / "slurm.conf").exists() and MARK not in (ETC / "slurm.conf").read_text("utf-8"):
        pytest.skip("a Slurm is configured on this machine already")
    folder = tmp_path_factory.mktemp("slurm")
    for name in ("state", "spool/n1", "spool/n2"):
        (folder / name).mkdir(parents=True)
    ETC.mkdir(exist_ok=True)
    # jobs drop SLURM_CONF, so it has to be where Slurm looks by itself
    (ETC / "slurm.conf").write_text(CONFIG.format(mark=MARK, host=socket.gethostname(), folder=folder), "utf-8")
    (ETC / "gres.conf").write_text(GRES, "utf-8")
    daemons: list[subprocess.Popen[bytes]] = []
    try:
        daemons = _start(folder)
        yield
    finally:
        subprocess.run(["scancel", "--user=root"], check=False)
        for daemon in reversed(daemons):
            daemon.terminate()
            daemon.wait()
        for name in ("slurm.conf", "gres.conf"):
            (ETC / name).unlink()


def _start(folder: Path) -> list[subprocess.Popen[bytes]]:
    """Start the daemons in the foreground, so that they end with the tests, and wait until both nodes are idle."""
    munge = []
    if subprocess.run(["munge", "-n"], capture_output=True, check=False).returncode != 0:
        subprocess.run(["install", "-d", "-o", "munge", "-g", "munge", "-m", "0755", "/run/munge"], check=True)
        munge = [["runuser", "-u", "munge", "--", "munged", "--foreground"]]
    commands = [*munge, ["slurmctld", "-D"], ["slurmd", "-D", "-N", "n1"], ["slurmd", "-D", "-N", "n2"]]
    daemons = []
    for command in commands:
        with (folder / f"{command[0]}-{len(daemons)}.out").open("wb") as log:
            daemons.append(subprocess.Popen(command, stdout=log, stderr=log))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not any(daemon.poll() for daemon in daemons):
        states = subprocess.run(["sinfo", "-h", "-N", "-o", "%T"], capture_output=True, text=True, check=False).stdout
        if states.split() == ["idle", "idle"]:
            return daemons
        time.sleep(0.2)
    logs = "\n".join(file.read_text("utf-8", "replace")[-2000:] for file in folder.glob("*.log"))
    for daemon in daemons:
        daemon.kill()
    raise AssertionError(f"Slurm did not come up:\n{logs}")
