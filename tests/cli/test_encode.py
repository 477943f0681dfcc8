"""`aegan encode`, on tiny autoencoders that were trained and written as the workflow does."""

import numpy as np
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
        ("large", np.ones((3, 9, 8, 1))),
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
    refuse("cannot be read as PNG", write_codes, study.autoencoder, [tmp_path / "none.png"], None, target)
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
