import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.figures.numbers import counted, decade, duration, listed, plural, short, signed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.23456, "1.23"),
        (-0.5, "−0.5"),
        (1234.5, "1234"),
        (0.0000123, "1.23×10⁻⁵"),
        (2e7, "2×10⁷"),
        (-3e-9, "−3×10⁻⁹"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "not a number"),
    ],
)
def test_short(value, text):
    assert short(value) == text


@given(st.floats(1e-30, 1e30))
def test_short_keeps_three_digits(value):
    mantissa, _, exponent = short(value).partition("×10")
    back = float(mantissa) * 10.0 ** int(exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    assert back == pytest.approx(value, rel=0.0051)


def test_units_and_words():
    assert (signed(2), signed(-2), signed(0)) == ("+2", "−2", "0")
    assert (counted(1_234_000), counted(3.4e9, "FLOP"), counted(12)) == ("1.23 M", "3.4 GFLOP", "12")
    assert (duration(47), duration(600), duration(7200)) == ("47 s", "10 min", "2 h")
    assert (decade(1.0), decade(1000.0), decade(1e-12)) == ("1", "10³", "10⁻¹²")
    assert (listed([]), listed(["a"]), listed(["a", "b", "c"])) == ("", "a", "a, b and c")
    assert (plural(1, "seed"), plural(0, "seed")) == ("1 seed", "0 seeds")
