"""A trained cohort and its files, for the tests of outputs, sampling and trained games."""

from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train_cohort
from aegan.training.outputs import write_training

ABOUT = {"config": {"a": 1}, "code": "c0de", "device": "cpu", "data": "da7a", "scaling": {}}


def train_two_members(tiny, role, folder):
    """Train two members of a tiny method: the method and the cohort."""
    method = tiny.method(role, rounds=4)
    checkpoints = Checkpoints(folder / "c", "print")
    return method, train_cohort([0, 1], method["rounds"], tiny.member_factory(method), checkpoints)


def write_cohort(cohort, folder):
    """Write the files of a cohort: weights, history and run record."""
    names = {"dataset": "blobs", "method": "gan"}
    files = folder / "weights.safetensors", folder / "training.parquet", folder / "run.json"
    write_training(cohort, names, ABOUT, *files)
    return files
