"""`aegan sample`, on tiny runs that were trained and written as the workflow does."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from aegan.cli.sample import write_samples
from aegan.data.folder import Folder
from aegan.errors import InputError
from aegan.storage import read_json, write_json
from aegan.training.sampling import generate_samples


@pytest.mark.parametrize("role", ["none", "latent", "features", "ac_gan"])
def test_samples_are_those_of_the_games_as_they_were_trained(study, tmp_path, role):
    write_samples(study.runs[role], 9, None, 3, tmp_path / "made.npy")
    made = np.load(tmp_path / "made.npy")
    np.testing.assert_array_equal(made, generate_samples(study.games[role], 9, "cpu", "draw", 3))
    assert (made.shape, made.dtype) == ((2, 9, 8, 8, 1), np.uint8)


def test_every_draw_is_new_and_a_seed_alone_gives_what_it_gives_among_others(study, tmp_path):
    run, games = study.runs["none"], study.games["none"]
    for draw, seed in ((0, None), (1, None), (1, 1)):
        write_samples(run, 5, seed, draw, tmp_path / f"{draw}{seed}.npy")
    first, second, alone = (np.load(tmp_path / name) for name in ("0None.npy", "1None.npy", "11.npy"))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, generate_samples(games, 5, "cpu"))  # which is samples.npy
    np.testing.assert_array_equal(alone[0], second[1])


def test_a_grid_shows_every_image_and_a_folder_can_be_read_as_data(study, tmp_path):
    run = study.runs["none"]
    for target in ("made.npy", "grid.png", "folder"):
        write_samples(run, 5, None, 0, tmp_path / target)
    made, grid = np.load(tmp_path / "made.npy"), np.asarray(Image.open(tmp_path / "grid.png"))
    # 8 pixels are enlarged 8 times; 5 images are 3 columns and 2 rows; 2 seeds are 2 bands; the gap is 1 pixel
    assert grid.shape == ((4 * 9 - 1) * 8, (3 * 9 - 1) * 8, 4)
    small = grid[::8, ::8, 0]
    np.testing.assert_array_equal(small[:8, 9:17], made[0, 1, ..., 0])
    np.testing.assert_array_equal(small[27:35, 9:17], made[1, 4, ..., 0])
    folder = Folder(path=tmp_path / "folder")
    np.testing.assert_array_equal(folder.read_images(folder.list_files())[0], made.reshape(10, 8, 8, 1))


def test_points_are_arrays_or_clouds(points, tmp_path):
    run = points.runs["none"]
    write_samples(run, 7, 1, 0, tmp_path / "made.npy")
    assert np.load(tmp_path / "made.npy").shape == (1, 7, 2)
    write_samples(run, 7, None, 0, tmp_path / "clouds.png")
    assert Image.open(tmp_path / "clouds.png").width > 500
    with pytest.raises(InputError, match=r"points, not pictures.*\.png or a \.npy"):
        write_samples(run, 7, None, 0, tmp_path / "folder")


def test_a_diverged_member_is_named(study, tmp_path):
    run = study.runs["none"]
    record = read_json(run / "run.json")
    copied = study.results / "gan" / "blobs" / "diverged" / "0-1"
    record["members"][1]["divergence"] = {"step": 2, "network": "generator", "layer": "output", "cause": "loss"}
    write_json(copied / "run.json", record)
    (copied / "weights.safetensors").write_bytes((run / "weights.safetensors").read_bytes())
    said = write_samples(copied, 2, None, 0, tmp_path / "a.npy")
    assert len(said) == 2
    assert "seed 1 diverged" in said[1]
    assert len(write_samples(copied, 2, 0, 0, tmp_path / "b.npy")) == 1


def test_a_missing_autoencoder_is_named(study, tmp_path, refuse):
    sampler = study.latents / "sampler.safetensors"
    moved = sampler.rename(sampler.with_name("away"))
    try:
        refuse(
            r"latents/blobs/small/0-1/sampler.*is not there",
            write_samples,
            study.runs["latent"],
            2,
            None,
            0,
            tmp_path / "a",
        )
    finally:
        moved.rename(sampler)


def test_the_command(study, call, in_folder):
    done = call("sample", study.runs["latent"], "--count", 4)
    assert (done.exit_code, (in_folder / "samples.png").is_file()) == (0, True)
    assert "4 per seed (seeds 0, 1)" in done.output
    assert call("sample", study.runs["latent"], "--count", 4).exit_code == 1


def test_channels_are_shown_as_maps_or_as_those_that_are_chosen(study, tmp_path, monkeypatch):
    images = np.random.default_rng(0).integers(0, 256, (1, 3, 8, 8, 4), np.uint8)
    monkeypatch.setattr("aegan.cli.sample.generate_samples", lambda *_: images)
    run = study.runs["none"]
    said = write_samples(run, 3, 0, 0, tmp_path / "maps.png")
    assert said[-1] == "a picture is a strip: a grey map of each of its 4 channels, from 0 on"
    grid = np.asarray(Image.open(tmp_path / "maps.png"))[::8, ::8]
    # each picture has a row of 4 maps of 8 pixels, with a gap of 1
    assert grid.shape == (3 * 9 - 1, 4 * 9 - 1, 4)
    np.testing.assert_array_equal(grid[9:17, 27:35, 0], images[0, 1, ..., 3])
    write_samples(run, 3, 0, 0, tmp_path / "folder")
    strip = np.asarray(Image.open(tmp_path / "folder" / "seed-0-00002.png"))
    np.testing.assert_array_equal(strip[:, 9:17, 0], images[0, 2, ..., 1])

    with pytest.raises(InputError, match=r"--show.*one channel, 0"):
        write_samples(run, 3, 0, 0, tmp_path / "chosen", (3, 1, 0))
    monkeypatch.setattr("aegan.cli.sample.check_shown_channels", lambda *_: None)
    assert write_samples(run, 3, 0, 0, tmp_path / "chosen", (3, 1, 0))[-1] == "channels 3, 1, 0 as red, green, blue"
    chosen = np.asarray(Image.open(tmp_path / "chosen" / "seed-0-00000.png"))
    np.testing.assert_array_equal(chosen, images[0, 0][..., [3, 1, 0]])


def test_the_range_of_the_pixels_is_told(study, tmp_path):
    folder = tmp_path / "results"
    shutil.copytree(study.results, folder)
    run, manifest = folder / "gan" / "blobs" / "none" / "0-1", folder / "data" / "blobs" / "manifest.json"
    for path, keys in ((run / "run.json", ("scaling", "range")), (manifest, ("range",))):
        record = json.loads(path.read_text())
        (record[keys[0]] if len(keys) > 1 else record)[keys[-1]] = [-1, 1]
        path.write_text(json.dumps(record))
    (_, line) = write_samples(run, 2, 0, 0, tmp_path / "own.npy")
    assert line == "the pixels 0 to 255 stand for -1 to 1 in the data set"
