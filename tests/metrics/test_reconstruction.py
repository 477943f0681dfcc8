import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from aegan.errors import InputError
from aegan.metrics.measurements import measure_reconstruction
from aegan.metrics.reconstruction import mean_squared_error, peak_signal_to_noise, structural_similarity


def images(n=3, side=16, channels=1, seed=0):
    return np.random.default_rng(seed).integers(0, 256, size=(n, side, side, channels), dtype=np.uint8)


def textbook_ssim(x, y, sigma, radius):
    """Compute Wang et al. (2004), eq. 13, of one grey unit image."""

    def local(z):
        return gaussian_filter(z, sigma, mode="mirror", radius=radius)

    mx, my = local(x), local(y)
    vx, vy, cov = local(x * x) - mx**2, local(y * y) - my**2, local(x * y) - mx * my
    c1, c2 = 0.01**2, 0.03**2
    return (((2 * mx * my + c1) * (2 * cov + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean()


def test_mse_and_psnr_by_hand():
    black = np.zeros((2, 4, 4, 1), np.uint8)
    grey = black.copy()
    grey[0] = 51  # a fifth of the range in one image of two
    assert mean_squared_error(black, grey) == pytest.approx(0.02)
    assert peak_signal_to_noise(black, grey) == pytest.approx(-10 * np.log10(0.02), rel=1e-6)


@pytest.mark.parametrize(("side", "sigma", "radius"), [(16, 1.5, 5), (11, 1.5, 5), (8, 3 / 3.5, 3), (3, 1 / 3.5, 1)])
def test_ssim_agrees_with_the_definition_and_fits_small_images(side, sigma, radius):
    before, after = images(4, side), images(4, side, seed=1)
    expected = np.mean(
        [textbook_ssim(x, y, sigma, radius) for x, y in zip(before[..., 0] / 255, after[..., 0] / 255, strict=True)]
    )
    assert structural_similarity(before, after) == pytest.approx(expected, rel=1e-9)


def test_ssim_of_batches_is_the_mean_over_images(monkeypatch):
    before, after = images(7, channels=3), images(7, channels=3, seed=1)
    whole = structural_similarity(before, after)
    monkeypatch.setattr("aegan.metrics.reconstruction.BATCH", 2)
    assert structural_similarity(before, after) == pytest.approx(whole)


def test_a_perfect_reconstruction():
    assert measure_reconstruction(images(), images()) == {"mse": 0, "psnr": np.inf, "ssim": pytest.approx(1)}


def test_bytes_and_unit_floats_agree():
    before, after = images(), images(seed=1)
    assert measure_reconstruction(before / 255, after) == pytest.approx(measure_reconstruction(before, after))


def test_all_get_worse_with_noise():
    before = np.full((2, 12, 12, 3), 0.5)
    noise = np.random.default_rng(0).uniform(-1, 1, before.shape)
    series = [measure_reconstruction(before, before + level * noise) for level in (0.05, 0.1, 0.2, 0.4)]
    assert [s["mse"] for s in series] == sorted(s["mse"] for s in series)
    for name in ("psnr", "ssim"):
        assert [s[name] for s in series] == sorted((s[name] for s in series), reverse=True)


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        (np.zeros((2, 8, 8)), np.zeros((2, 8, 8)), "original: images have shape"),
        (np.zeros((0, 8, 8, 1)), np.zeros((0, 8, 8, 1)), "original: images have shape"),
        (np.zeros((2, 8, 8, 1)), np.zeros((1, 8, 8, 1)), "decoded: shape"),
        (np.zeros((2, 8, 8, 1)), np.full((2, 8, 8, 1), -1.0), "decoded: floats from -1 to -1"),
        (np.zeros((2, 8, 8, 1)), np.full((2, 8, 8, 1), np.nan), "decoded: floats from nan"),
    ],
)
def test_images_that_do_not_fit_are_refused(before, after, wrong):
    with pytest.raises(InputError, match=wrong):
        structural_similarity(before, after)


def test_images_too_small_for_a_window_have_no_similarity_but_an_error():
    before, after = np.zeros((2, 2, 9, 1)), np.full((2, 2, 9, 1), 0.5)
    assert np.isnan(structural_similarity(before, after))
    assert mean_squared_error(before, after) == 0.25


def test_points_have_a_squared_error_in_their_own_units_and_nothing_else():
    before, after = np.array([[0.0, 300.0], [-4.0, 1.0]]), np.array([[2.0, 300.0], [-4.0, 0.0]], np.float32)
    assert measure_reconstruction(before, after) == {"mse": (4 + 1) / 4}
    assert np.isnan(mean_squared_error(before, np.full((2, 2), np.nan)))
    with pytest.raises(InputError, match="decoded: shape"):
        mean_squared_error(before, after[:1])
    with pytest.raises(InputError, match="original: images have shape"):
        peak_signal_to_noise(before, after)
