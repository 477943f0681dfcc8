import numpy as np

from aegan.data.dirac import Dirac


def test_the_dirac_world_is_one_place():
    data = Dirac(count=7).load(Dirac().list_files())
    assert (data.values.shape, data.values.dtype, data.classes) == ((7, 1), np.float32, ())
    assert not data.values.any()
