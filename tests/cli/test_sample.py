"""`aegan sample` and `aegan encode`, on tiny runs that were really trained and written."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from aegan.cli.main import app
from aegan.cli.sample import encode, sample
from aegan.data.array_dataset import ArrayDataset
from aegan.data.folder import Folder
from aegan.data.raw_dataset import Loaded
from aegan.data.shards import manifest
from aegan.errors import InputError
from aegan.evaluation.latent_prior import codes_by_seed, encode_cohort, trained_by_seed
from aegan.games.roles import needs_autoencoder
from aegan.storage import read_json, write_array, write_json
from aegan.training.checkpoint import Checkpoints, save_weights
from aegan.training.cohort import train_cohort
from aegan.training.member_factory import autoencoder_recruits, gan_recruits
from aegan.training.outputs import write_training
from aegan.training.sampling import generated

SEEDS, BLOCK = [0, 1], "0-1"
#: without and with an autoencoder; on codes; with the classes' shares in its networks
ROLES = ("none", "latent", "features", "ac_gan")


def written(folder, cohort, name, config, data):
    place = folder / name / BLOCK
    files = place / "weights.safetensors", place / "training.parquet", place / "run.json"
    write_training(cohort, {}, {"config": config, "code": "c0de", "data": data, "device": "cpu"}, *files)
    return place


def describe(results, dataset, rows, source):
    labels = np.empty(0, np.int64) if rows.labels is None else rows.labels
    classes = () if rows.labels is None else tuple("abcd")
    record = manifest(Loaded(rows.array, labels, classes, (0.0, 255.0)), {"train": (rows.array, labels)})
    write_json(results / "data" / dataset / "manifest.json", record | {"source": source})
    return record["shards"]["train"]["values_sha256"]


class Study:
    """The results of a study: an autoencoder, its latents, and a GAN per role, with the games as they were trained."""

    def __init__(self, tiny, results, rows, dataset, source):
        self.results, self.rows, self.dataset, self.games = results, rows, dataset, {}
        self.data = describe(results, dataset, rows, source)
        write_array(results / "data" / dataset / "test.npy", rows.array[:9])
        entry, kept = tiny.entry(epochs=1), lambda name: Checkpoints(results / "c" / name, "print")
        recruit, rounds = autoencoder_recruits(entry, tiny.PROBES, rows)
        cohort = train_cohort(SEEDS, rounds, recruit, kept("autoencoder"))
        self.autoencoder = written(results / "autoencoder" / dataset, cohort, "small", entry, self.data)
        self.weights = self.autoencoder / "weights.safetensors"
        latents = results / "latents" / dataset / "small" / BLOCK
        self.codes, priors = encode_cohort(SEEDS, entry, {"name": "gaussian"}, self.weights, rows, rows)
        write_array(latents / "train.npy", self.codes[0])
        save_weights(latents / "sampler.safetensors", priors)
        self.entry, self.latents, self.kept, self.tiny = entry, latents, kept, tiny

    def play(self, role):
        needed = needs_autoencoder(role)
        files = (self.weights, self.latents / "sampler.safetensors") if needed else (None, None)
        chosen = self.tiny.method(role, rounds=3) | ({"autoencoder": "small"} if needed else {})
        trained = trained_by_seed(self.entry, self.rows, *files)
        codes = codes_by_seed(self.latents / "train.npy", SEEDS, "cpu")
        recruit = gan_recruits(chosen, self.tiny.PROBES, self.rows, codes, trained)
        cohort = train_cohort(SEEDS, 3, recruit, self.kept(role))
        self.games[role] = {member.seed: member.game for member in cohort.members}
        return written(self.results / "gan" / self.dataset, cohort, role, chosen, self.data)


@pytest.fixture(scope="module")
def study(tiny, tmp_path_factory):
    made = Study(tiny, tmp_path_factory.mktemp("study") / "results", tiny.labelled(), "blobs", {"name": "digits"})
    made.runs = {role: made.play(role) for role in ROLES}
    return made


@pytest.fixture(scope="module")
def points(tiny, tmp_path_factory):
    rows = ArrayDataset(np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32))
    made = Study(tiny, tmp_path_factory.mktemp("points") / "results", rows, "ring", {"name": "ring"})
    made.runs = {"none": made.play("none")}
    return made


@pytest.mark.parametrize("role", ROLES)
def test_samples_are_those_of_the_games_as_they_were_trained(study, tmp_path, role):
    sample(study.runs[role], 9, None, 3, tmp_path / "made.npy")
    made = np.load(tmp_path / "made.npy")
    np.testing.assert_array_equal(made, generated(study.games[role], 9, "cpu", "draw", 3))
    assert (made.shape, made.dtype) == ((2, 9, 8, 8, 1), np.uint8)


def test_every_draw_is_new_and_a_seed_alone_gives_what_it_gives_among_others(study, tmp_path):
    run, games = study.runs["none"], study.games["none"]
    for draw, seed in ((0, None), (1, None), (1, 1)):
        sample(run, 5, seed, draw, tmp_path / f"{draw}{seed}.npy")
    first, second, alone = (np.load(tmp_path / name) for name in ("0None.npy", "1None.npy", "11.npy"))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, generated(games, 5, "cpu"))  # which is samples.npy
    np.testing.assert_array_equal(alone[0], second[1])


def test_a_grid_shows_every_image_and_a_folder_can_be_read_as_data(study, tmp_path):
    run = study.runs["none"]
    for target in ("made.npy", "grid.png", "folder"):
        sample(run, 5, None, 0, tmp_path / target)
    made, grid = np.load(tmp_path / "made.npy"), np.asarray(Image.open(tmp_path / "grid.png"))
    # 8 pixels are enlarged 8 times; 5 images are 3 columns and 2 rows; 2 seeds are 2 bands; the gap is 1 pixel
    assert grid.shape == ((4 * 9 - 1) * 8, (3 * 9 - 1) * 8, 4)
    small = grid[::8, ::8, 0]
    np.testing.assert_array_equal(small[:8, 9:17], made[0, 1, ..., 0])
    np.testing.assert_array_equal(small[27:35, 9:17], made[1, 4, ..., 0])
    folder = Folder(path=tmp_path / "folder")
    np.testing.assert_array_equal(folder.read(folder.files()), made.reshape(10, 8, 8, 1))


def test_points_are_arrays_or_clouds(points, tmp_path):
    run = points.runs["none"]
    sample(run, 7, 1, 0, tmp_path / "made.npy")
    assert np.load(tmp_path / "made.npy").shape == (1, 7, 2)
    sample(run, 7, None, 0, tmp_path / "clouds.png")
    assert Image.open(tmp_path / "clouds.png").width > 500
    with pytest.raises(InputError, match=r"no grey or colour picture.*\.png or a \.npy"):
        sample(run, 7, None, 0, tmp_path / "folder")


def test_a_diverged_member_is_named(study, tmp_path):
    run = study.runs["none"]
    record = read_json(run / "run.json")
    copied = study.results / "gan" / "blobs" / "diverged" / BLOCK
    record["members"][1]["divergence"] = {"step": 2, "network": "generator", "layer": "output", "cause": "loss"}
    write_json(copied / "run.json", record)
    (copied / "weights.safetensors").write_bytes((run / "weights.safetensors").read_bytes())
    said = sample(copied, 2, None, 0, tmp_path / "a.npy")
    assert len(said) == 2
    assert "seed 1 diverged" in said[1]
    assert len(sample(copied, 2, 0, 0, tmp_path / "b.npy")) == 1


def refused(match, do, *arguments):
    with pytest.raises(InputError, match=match):
        do(*arguments)


def test_mistakes_about_the_run_are_named_and_nothing_is_written(study, tmp_path):
    run, target = study.runs["latent"], tmp_path / "made.npy"
    refused(r"no run of the phase gan.*results/gan", sample, study.autoencoder, 2, None, 0, target)
    refused(r"no run of the phase autoencoder", encode, run, [], None, target)
    refused(r"run\.json: is not there.*snakemake", sample, run.parent / "5-9", 2, None, 0, target)
    refused(r"--seed: 7 is not among.*\[0, 1\]", sample, run, 2, 7, 0, target)
    refused(r"\.gif is not written here", sample, run, 2, None, 0, tmp_path / "made.gif")
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(study, tmp_path):
    target = tmp_path / "mine.png"
    target.write_text("precious")
    refused("exists already", sample, study.runs["none"], 2, None, 0, target)
    refused("exists already", encode, study.autoencoder, [], None, target)
    assert target.read_text() == "precious"


@pytest.mark.parametrize(
    ("file", "change", "match"),
    [
        ("run.json", {"data": "0ther"}, "learnt other data than results/data/blobs holds now"),
        ("run.json", {"config.latent": 5}, "do not fit the networks of its run.json"),
        ("run.json", {"config.loss": {"name": "gone"}}, "do not fit the networks of its run.json"),
        ("run.json", None, "cannot be read"),
        ("weights.safetensors", None, "cannot be read"),
    ],
)
def test_a_run_that_does_not_fit_is_refused(study, tmp_path, file, change, match):
    copied = study.results / "gan" / "blobs" / tmp_path.name / BLOCK
    copied.mkdir(parents=True)
    for path in study.runs["none"].glob("*.*"):
        (copied / path.name).write_bytes(path.read_bytes())
    if change is None:
        (copied / file).write_text("garbage")
    else:
        record = json.loads((copied / file).read_text())
        for keys, value in change.items():
            *outer, last = keys.split(".")
            (record[outer[0]] if outer else record)[last] = value
        write_json(copied / file, record)
    refused(match, sample, copied, 2, None, 0, tmp_path / "made.npy")
    assert not (tmp_path / "made.npy").exists()


def test_a_missing_autoencoder_is_named(study, tmp_path):
    sampler = study.latents / "sampler.safetensors"
    moved = sampler.rename(sampler.with_name("away"))
    try:
        refused(
            r"latents/blobs/small/0-1/sampler.*is not there", sample, study.runs["latent"], 2, None, 0, tmp_path / "a"
        )
    finally:
        moved.rename(sampler)


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


@pytest.mark.parametrize("source", ["images.npy", "flat.npz", "pictures"])
def test_codes_are_those_of_the_latents(study, pictures, source):
    encode(study.autoencoder, [pictures / source], None, pictures / "codes.npy")
    codes = np.load(pictures / "codes.npy")
    np.testing.assert_allclose(codes, study.codes[0][:, :5], rtol=1e-5, atol=1e-6)
    assert (codes.shape, codes.dtype) == ((2, 5, 4), np.float32)


def test_several_files_are_encoded_in_their_order_and_one_picture_is_enough(study, pictures):
    folder = pictures / "pictures"
    encode(study.autoencoder, [folder / "3.png", pictures / "images.npy"], 1, pictures / "codes.npy")
    expected = study.codes[0][1][[3, 0, 1, 2, 3, 4]]
    np.testing.assert_allclose(np.load(pictures / "codes.npy")[0], expected, rtol=1e-5, atol=1e-6)


def test_pictures_are_brought_to_the_size_that_the_data_sets_were(tiny, pictures, tmp_path):
    source = {"name": "folder", "path": "x", "size": [8, 8], "resize": "stretch", "mode": "grey"}
    other = Study(tiny, tmp_path / "results", tiny.labelled(), "resized", source)
    large = np.kron(np.asarray(Image.open(pictures / "pictures" / "0.png")), np.ones((3, 3), np.uint8))
    Image.fromarray(np.dstack([large] * 3)).save(tmp_path / "large.png")
    encode(other.autoencoder, [tmp_path / "large.png"], None, tmp_path / "codes.npy")
    assert np.load(tmp_path / "codes.npy").shape == (2, 1, 4)


def test_data_of_another_shape_are_refused_with_what_to_do(study, points, tmp_path):
    target = tmp_path / "codes.npy"
    for name, array in (
        ("large", np.ones((3, 9, 8, 1))),
        ("three", np.ones((3, 3))),
        ("hole", np.full((3, 2), np.nan)),
    ):
        np.save(tmp_path / f"{name}.npy", array)
    mend = r"its rows are 9 x 8 x 1.*takes 8 x 8 x 1 \(height, width, channels\)"
    refused(mend, encode, study.autoencoder, [tmp_path / "large.npy"], None, target)
    refused(r"its rows are 3\. It takes 2 numbers", encode, points.autoencoder, [tmp_path / "three.npy"], None, target)
    refused("not finite", encode, points.autoencoder, [tmp_path / "hole.npy"], None, target)
    refused("is not there", encode, points.autoencoder, [tmp_path / "none.npy"], None, target)
    refused("cannot be read as PNG", encode, study.autoencoder, [tmp_path / "none.png"], None, target)
    refused("codes are an array", encode, study.autoencoder, [], None, tmp_path / "codes.png")
    assert not target.exists()


def test_points_are_encoded_as_they_are(points, tmp_path):
    np.save(tmp_path / "own.npy", points.rows.array[:3].astype(np.float64))
    encode(points.autoencoder, [tmp_path / "own.npy"], 0, tmp_path / "codes.npy")
    np.testing.assert_allclose(np.load(tmp_path / "codes.npy")[0], points.codes[0][0, :3], rtol=1e-5, atol=1e-6)


def test_the_commands(study, pictures, monkeypatch):
    monkeypatch.chdir(pictures)
    call = lambda *arguments: CliRunner().invoke(app, list(map(str, arguments)))  # noqa: E731
    done = call("sample", study.runs["latent"], "--count", 4)
    assert (done.exit_code, Path("samples.png").is_file()) == (0, True)
    assert "4 per seed (seeds 0, 1)" in done.output
    assert call("sample", study.runs["latent"], "--count", 4).exit_code == 1
    done = call("encode", study.autoencoder, "images.npy", "--to", "own.npy")
    assert (done.exit_code, np.load("own.npy").shape) == (0, (2, 5, 4))
    done = call("encode", study.autoencoder, "nothing.npy")
    assert (done.exit_code, "Traceback" in done.output) == (1, False)
