import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.figures.numbers import (
    count_noun,
    format_count,
    format_decade,
    format_duration,
    format_number,
    format_signed,
    join_words,
)


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
    assert format_number(value) == text


@given(st.floats(1e-30, 1e30))
def test_short_keeps_three_digits(value):
    mantissa, _, exponent = format_number(value).partition("×10")
    back = float(mantissa) * 10.0 ** int(exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    assert back == pytest.approx(value, rel=0.0051)


def test_units_and_words():
    assert (format_signed(2), format_signed(-2), format_signed(0)) == ("+2", "−2", "0")
    assert (format_count(1_234_000), format_count(3.4e9, "FLOP"), format_count(12)) == ("1.23 M", "3.4 GFLOP", "12")
    assert (format_duration(47), format_duration(600), format_duration(7200)) == ("47 s", "10 min", "2 h")
    assert (format_decade(1.0), format_decade(1000.0), format_decade(1e-12)) == ("1", "10³", "10⁻¹²")
    assert (join_words([]), join_words(["a"]), join_words(["a", "b", "c"])) == ("", "a", "a, b and c")
    assert (count_noun(1, "seed"), count_noun(0, "seed")) == ("1 seed", "0 seeds")
