import numpy as np
from sklearn.datasets import load_digits

from aegan.data.digits import Digits


def test_digits_are_whole_and_scaled_from_sixteen():
    images = Digits().load(Digits().list_files())
    raw = load_digits()
    assert images.values.shape == (1797, 8, 8, 1)
    np.testing.assert_array_equal(images.values[..., 0], np.rint(raw.images * 255 / 16))
    np.testing.assert_array_equal(images.labels, raw.target)
    assert images.classes == tuple("0123456789")
    assert images.value_range == (0.0, 16.0)
    assert images.train_count is None
