"""`aegan encode`, on tiny autoencoders that were trained and written as the workflow does."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from aegan.cli.encode import write_codes


@pytest.mark.parametrize("source", ["images.npy", "flat.npz", "pictures"])
def test_codes_are_those_of_the_latents(study, pictures, source):
    write_codes(study.autoencoder, [pictures / source], None, pictures / "codes.npy")
    codes = np.load(pictures / "codes.npy")
    np.testing.assert_allclose(codes, study.codes[0][:, :5], rtol=1e-5, atol=1e-6)
    assert (codes.shape, codes.dtype) == ((2, 5, 4), np.float32)


def test_several_files_are_encoded_in_their_order_and_one_picture_is_enough(study, pictures):
    folder = pictures / "pictures"
    write_codes(study.autoencoder, [folder / "3.png", pictures / "images.npy"], 1, pictures / "codes.npy")
    expected = study.codes[0][1][[3, 0, 1, 2, 3, 4]]
    np.testing.assert_allclose(np.load(pictures / "codes.npy")[0], expected, rtol=1e-5, atol=1e-6)


def test_pictures_are_brought_to_the_size_that_the_data_sets_were(tiny, make_study, pictures, tmp_path):
    source = {"name": "folder", "path": "x", "size": [8, 8], "resize": "stretch", "mode": "grey"}
    other = make_study(tmp_path / "results", tiny.labelled(), "resized", source)
    large = np.kron(np.asarray(Image.open(pictures / "pictures" / "0.png")), np.ones((3, 3), np.uint8))
    Image.fromarray(np.dstack([large] * 3)).save(tmp_path / "large.png")
    write_codes(other.autoencoder, [tmp_path / "large.png"], None, tmp_path / "codes.npy")
    assert np.load(tmp_path / "codes.npy").shape == (2, 1, 4)


def test_data_of_another_shape_are_refused_with_what_to_do(study, points, tmp_path, refuse):
    target = tmp_path / "codes.npy"
    for name, array in (
        ("large", np.ones((3, 9, 8, 1), np.uint8)),
        ("three", np.ones((3, 3))),
        ("hole", np.full((3, 2), np.nan)),
    ):
        np.save(tmp_path / f"{name}.npy", array)
    fix = r"its rows are 9 x 8 x 1.*takes 8 x 8 x 1 \(height, width, channels\)"
    refuse(fix, write_codes, study.autoencoder, [tmp_path / "large.npy"], None, target)
    refuse(
        r"its rows are 3\. It takes 2 numbers", write_codes, points.autoencoder, [tmp_path / "three.npy"], None, target
    )
    refuse("not finite", write_codes, points.autoencoder, [tmp_path / "hole.npy"], None, target)
    refuse("is not there", write_codes, points.autoencoder, [tmp_path / "none.npy"], None, target)
    refuse(r"none\.png: is not there", write_codes, study.autoencoder, [tmp_path / "none.png"], None, target)
    refuse("codes are an array", write_codes, study.autoencoder, [], None, tmp_path / "codes.png")
    assert not target.exists()


def test_points_are_encoded_as_they_are(points, tmp_path):
    np.save(tmp_path / "own.npy", points.rows.array[:3].astype(np.float64))
    write_codes(points.autoencoder, [tmp_path / "own.npy"], 0, tmp_path / "codes.npy")
    np.testing.assert_allclose(np.load(tmp_path / "codes.npy")[0], points.codes[0][0, :3], rtol=1e-5, atol=1e-6)


def test_the_command(study, pictures, call, in_folder):
    done = call("encode", study.autoencoder, pictures / "images.npy", "--to", "own.npy")
    assert (done.exit_code, np.load(in_folder / "own.npy").shape) == (0, (2, 5, 4))
    done = call("encode", study.autoencoder, "nothing.npy")
    assert (done.exit_code, "Traceback" in done.output) == (1, False)


def test_a_table_names_the_file_of_each_row(study, pictures):
    folder = pictures / "pictures"
    write_codes(study.autoencoder, [folder, pictures / "images.npy"], 0, pictures / "codes.npy")
    table = pd.read_csv(pictures / "codes.csv")
    assert table["row"].tolist() == list(range(10))
    assert table["file"].tolist() == [
        *(str(folder / f"{n}.png") for n in range(5)),
        *[str(pictures / "images.npy")] * 5,
    ]
    assert table["index"].tolist() == [0] * 5 + [0, 1, 2, 3, 4]


@pytest.mark.parametrize("kind", ["npy", "png"])
def test_the_codes_of_an_image_do_not_depend_on_its_neighbours(study, tmp_path, kind):
    """A dark image alone was stretched to the whole range; beside a bright one it was not."""
    dark = (study.rows.array[:1] // 128).astype(np.uint8)
    assert dark.max() == 1
    bright = study.rows.array[1:2]
    if kind == "npy":
        sources = [tmp_path / "dark.npy"], [tmp_path / "both.npy"]
        np.save(*sources[0], dark)
        np.save(*sources[1], np.concatenate([dark, bright]))
    else:
        sources = [tmp_path / "dark.png"], [tmp_path / "dark.png", tmp_path / "bright.png"]
        for path, image in zip(sources[1], (dark, bright), strict=True):
            Image.fromarray(image[0, ..., 0]).save(path)
    for name, source in zip(("alone", "beside"), sources, strict=True):
        write_codes(study.autoencoder, source, 0, tmp_path / f"codes-{name}.npy")
    alone, beside = (np.load(tmp_path / f"codes-{name}.npy")[0] for name in ("alone", "beside"))
    np.testing.assert_allclose(alone[0], beside[0], rtol=1e-6)
    assert not np.allclose(beside[0], beside[1])


def test_arrays_that_the_run_cannot_place_are_refused(study, tmp_path, refuse):
    images = study.rows.array[:2]
    for name, array, wrong in (
        ("floats", images / 255, r"float64 values, but the networks were trained on uint8 values in \[0, 255\]"),
        ("levels", images.astype(int), "int64 values, but"),
        ("channels", np.repeat(images, 13, 3), r"either NHWC.*Save the images as an array \(N, H, W, C\)"),
    ):
        np.save(tmp_path / f"{name}.npy", array)
        refuse(wrong, write_codes, study.autoencoder, [tmp_path / f"{name}.npy"], 0, tmp_path / "codes.npy")
    np.save(tmp_path / "planar.npy", images.transpose(0, 3, 1, 2))
    write_codes(study.autoencoder, [tmp_path / "planar.npy"], 0, tmp_path / "codes.npy")
    np.testing.assert_allclose(np.load(tmp_path / "codes.npy")[0], study.codes[0][0, :2], rtol=1e-5, atol=1e-6)
