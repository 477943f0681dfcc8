"""Tiny runs of a GAN and an autoencoder that were trained and written as the workflow does, and pictures to encode."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from aegan.cli.main import app
from aegan.cli.remedies import DECISION_COLUMNS
from aegan.data.array_dataset import ArrayDataset
from aegan.data.raw_dataset import RawDataset
from aegan.data.shards import make_manifest
from aegan.data.trained_data import describe_training_data
from aegan.errors import InputError
from aegan.evaluation.latent_prior import encode_cohort, make_codes_loader, make_trained_loader
from aegan.games.roles import ROLES
from aegan.storage import write_array, write_json
from aegan.tables import prepend_columns, write_table
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train, train_cohort
from aegan.training.member_factory import autoencoder_member_factory, gan_member_factory
from aegan.training.outputs import join_histories, write_training
from aegan.training.weights import save_weights

SEEDS, BLOCK = [0, 1], "0-1"
#: without and with an autoencoder; on codes; with the classes' shares in its networks
PLAYED_ROLES = ("none", "latent", "features", "ac_gan")


def write_run(folder, cohort, name, config, data):
    run = folder / name / BLOCK
    files = run / "weights.safetensors", run / "training.parquet", run / "run.json"
    write_training(cohort, {}, {"config": config, "code": "c0de", "device": "cpu", **data}, *files)
    return run


def write_manifest(results, dataset, rows, source):
    labels = np.empty(0, np.int64) if rows.labels is None else rows.labels
    classes = () if rows.labels is None else tuple("abcd")
    bounds = (0.0, 255.0) if rows.array.ndim == 4 else None
    raw_dataset = RawDataset(rows.array, labels, classes, (0.0, 255.0), None, bounds, str(rows.array.dtype))
    record = make_manifest(raw_dataset, {"train": (rows.array, labels)})
    write_json(results / "data" / dataset / "manifest.json", record | {"source": source})
    return describe_training_data(record)


class TrainedStudy:
    """The results of a study: an autoencoder, its latents, and a GAN per role, with the games as they were trained."""

    def __init__(self, tiny, results, rows, dataset, source):
        self.results, self.rows, self.dataset, self.games = results, rows, dataset, {}
        self.data = write_manifest(results, dataset, rows, source)
        write_array(results / "data" / dataset / "test.npy", rows.array[:9])
        entry, self.tiny = tiny.entry(epochs=1), tiny
        make_member, rounds = autoencoder_member_factory(entry, tiny.PROBES, rows)
        cohort = train_cohort(SEEDS, rounds, make_member, self.checkpoints("autoencoder"))
        self.autoencoder = write_run(results / "autoencoder" / dataset, cohort, "small", entry, self.data)
        self.weights = self.autoencoder / "weights.safetensors"
        self.entry, self.latents = entry, results / "latents" / dataset / "small" / BLOCK
        self.codes, priors = encode_cohort(SEEDS, entry, {"name": "gaussian"}, self.weights, rows, rows)
        write_array(self.latents / "train.npy", self.codes[0])
        save_weights(self.latents / "sampler.safetensors", priors)

    def checkpoints(self, name):
        return Checkpoints(self.results / "checkpoints" / name, "print")

    def play(self, role):
        needs = ROLES[role].needs_autoencoder
        files = (self.weights, self.latents / "sampler.safetensors") if needs else (None, None)
        method = self.tiny.method(role, rounds=3) | ({"autoencoder": "small"} if needs else {})
        trained = make_trained_loader(self.entry, self.rows, *files)
        codes = make_codes_loader(self.latents / "train.npy", SEEDS, "cpu")
        make_member = gan_member_factory(method, self.tiny.PROBES, self.rows, codes, trained)
        cohort = train_cohort(SEEDS, 3, make_member, self.checkpoints(role))
        self.games[role] = {member.seed: member.game for member in cohort.members}
        return write_run(self.results / "gan" / self.dataset, cohort, role, method, self.data)


@pytest.fixture(scope="session")
def make_study(tiny) -> Callable[..., TrainedStudy]:
    """Give the function that trains the autoencoder of a study: results, rows, dataset, source."""
    return lambda *arguments: TrainedStudy(tiny, *arguments)


@pytest.fixture(scope="session")
def study(tiny, make_study, tmp_path_factory) -> TrainedStudy:
    made = make_study(tmp_path_factory.mktemp("study") / "results", tiny.labelled(), "blobs", {"name": "digits"})
    made.runs = {role: made.play(role) for role in PLAYED_ROLES}
    return made


@pytest.fixture(scope="session")
def points(make_study, tmp_path_factory) -> TrainedStudy:
    rows = ArrayDataset(np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32))
    made = make_study(tmp_path_factory.mktemp("points") / "results", rows, "ring", {"name": "ring"})
    made.runs = {"none": made.play("none")}
    return made


@pytest.fixture
def refuse() -> Callable[..., None]:
    """Give a function that checks the error of a call: pattern, function, arguments."""

    def check(match: str, function: Callable[..., Any], *arguments: Any) -> None:
        with pytest.raises(InputError, match=match):
            function(*arguments)

    return check


@pytest.fixture
def pictures(study, tmp_path):
    """The first five images of the data set, as an array, as flat rows, and as a folder of files."""
    images, folder = study.rows.array[:5], tmp_path / "pictures"
    folder.mkdir()
    np.save(tmp_path / "images.npy", images)
    np.savez(tmp_path / "flat.npz", images=images.reshape(5, -1), labels=np.arange(5))
    for number, image in enumerate(images):
        Image.fromarray(image[..., 0]).save(folder / f"{number}.png")
    return tmp_path


@pytest.fixture
def in_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make an empty folder the working folder."""
    folder = tmp_path / "working_folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def call() -> Callable[..., Any]:
    """Give the function that calls `aegan` with arguments in this process."""
    return lambda *arguments: CliRunner().invoke(app, list(map(str, arguments)))


RUN_PATH = Path("gan", "digits", "gan", "0-1")


@pytest.fixture(scope="session")
def run_path() -> Path:
    """Give the path of a run of two seeds below results/ and .checkpoints/."""
    return RUN_PATH


@pytest.fixture(scope="session")
def make_member(tiny) -> Callable[[int], Any]:
    """Give the function that makes a member that is probed often: seed -> member and observers."""
    method = tiny.method(penalty={"name": "r1"})
    return tiny.member_factory(method, tiny.PROBES | {"schedule": {"name": "evenly", "points": 12}, "batches": 2})


@pytest.fixture(scope="session")
def finished_run(make_member, tmp_path_factory) -> Path:
    """Give a folder with a finished run."""
    root = tmp_path_factory.mktemp("finished")
    cohort = train_cohort([0, 1], 12, make_member, Checkpoints(root / "elsewhere", "print"))
    history = prepend_columns(join_histories(cohort.members), {"dataset": "digits", "method": "gan"})
    write_table(root / "results" / RUN_PATH / "training.parquet", history)
    return root


@pytest.fixture
def running_run(make_member, tmp_path) -> tuple[Path, Any]:
    """Give a folder with a run that was stopped in the middle: one member at round 5, the other not begun."""
    member, observers = make_member(0)
    train(member, 5, observers)
    Checkpoints(tmp_path / ".checkpoints" / RUN_PATH, "print").save(member, observers)
    return tmp_path, member


@pytest.fixture(scope="session")
def seed_verdicts() -> Callable[..., pd.DataFrame]:
    """Give the function that makes the verdicts of seeds 0, 1, … from (verdict, step, layer)."""

    def make(*verdicts: Any, method: str = "gan", network: str = "generator") -> pd.DataFrame:
        rows = [
            {"seed": seed, "verdict": verdict, "step": step, "layer": layer, "evidence": f"evidence {seed}"}
            for seed, (verdict, step, layer) in enumerate(verdicts)
        ]
        table = pd.DataFrame(rows).assign(dataset="digits", method=method, network=network)
        return table.astype({"step": "Int64"})

    return make


@pytest.fixture(scope="session")
def decision_table() -> Callable[..., pd.DataFrame]:
    """Give the function that makes a decision table from (method, baseline, outcome, effect, p, decision)."""

    def make(*rows: Any) -> pd.DataFrame:
        table = pd.DataFrame(rows, columns=["method", "baseline", "outcome", "effect", "p", "decision"])
        rest = {"dataset": "digits", "unit": "decades", "low": 0.1, "high": 2.0, "p_adjusted": 0.01, "n": 10}
        columns = [*DECISION_COLUMNS, "study", "table"]
        return table.assign(**rest, smallest_p=2 / 1024, study="made_up", table="made_up.csv")[columns]

    return make
