"""Limits of the complex plane."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from aegan.figures.complex_plane import choose_plane_limits, format_plane


@settings(max_examples=40)
@given(st.lists(st.complex_numbers(max_magnitude=1e6, allow_nan=False), min_size=1))
def test_a_plane_reaches_every_eigenvalue(values):
    frame = pd.DataFrame({"real": [v.real for v in values], "imaginary": [v.imag for v in values]})
    reach, core = choose_plane_limits(frame)
    assert np.isfinite(reach)
    assert core > 0
    assert (frame.abs() <= reach).all(axis=None)


def test_a_plane_is_logarithmic_where_few_eigenvalues_are_far_larger_than_the_rest():
    sizes = pd.DataFrame({"real": [1.0] * 9 + [1000.0], "imaginary": 0.0})
    assert choose_plane_limits(sizes) == (2000.0, 1.0)
    assert choose_plane_limits(sizes[:9])[1] == np.inf


def test_a_plane_is_labelled_by_numbers_or_by_decades():
    linear, logarithmic = Figure().subplots(1, 2)
    format_plane(linear, 2.0, np.inf)
    format_plane(logarithmic, 2000.0, 1.0)
    assert (linear.get_xscale(), logarithmic.get_xscale()) == ("linear", "symlog")
    assert linear.get_xlim() == linear.get_ylim() == (-2, 2)
    write = logarithmic.xaxis.get_major_formatter()
    assert [write(value, 0) for value in logarithmic.get_xticks()] == ["0", "−10³", "10³"]
