"""Numbers as text: three significant digits, SI prefixes."""

from __future__ import annotations

import math

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def format_number(value: float) -> str:
    """Write a number with three significant digits; 0.0000123 becomes 1.23×10⁻⁵."""
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return (f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}").replace("-", "−")
    digits, exponent = f"{value:.2e}".split("e")
    return f"{digits.rstrip('0').rstrip('.')}×{format_power(int(exponent))}".replace("-", "−")


def format_signed(value: float) -> str:
    """Write a number like `format_number`, with its sign even when positive."""
    return f"+{format_number(value)}" if value > 0 else format_number(value)


def format_power(exponent: int) -> str:
    """Write 10 to the power of `exponent`."""
    return "10" + str(exponent).translate(_SUPERSCRIPTS)


def format_decade(value: float) -> str:
    """Label a tick of a logarithmic axis, a power of ten; 1 is written as 1."""
    return "1" if value == 1 else format_power(round(math.log10(value)))


def format_count(value: float, unit: str = "") -> str:
    """Write a count with an SI prefix, such as 1.2 M or 3.4 GFLOP."""
    scale, prefix = next(((s, p) for s, p in _PREFIXES if abs(value) >= s), (1.0, ""))
    return f"{format_number(value / scale)} {prefix}{unit}".strip()


def format_duration(seconds: float) -> str:
    """Write a duration in s, min or h, by its size."""
    if not math.isfinite(seconds) or seconds < 120:
        return f"{format_number(seconds)} s"
    return f"{format_number(seconds / 60)} min" if seconds < 7200 else f"{format_number(seconds / 3600)} h"


def join_words(words: list[str]) -> str:
    """Join words as prose: a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def count_noun(count: int, noun: str) -> str:
    """Write a count and its noun: 1 seed, 5 seeds."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
