"""How often the statistics are right: intervals, tests and equivalence on simulated studies with a known truth.

From the repository's root, `python -m benchmarks.simulated_studies` writes docs/statistics.json and the part of
docs/statistics.md between its two marks. The functions that are checked are those that make the decision table; only
the exact test is scipy's, for all studies at once (tests/statistics/test_paired.py checks that both give the same p).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, wilcoxon

from aegan.seeding import numpy_generator
from aegan.statistics.paired import adjust_holm, bootstrap_interval, is_equivalent, smallest_p
from aegan.statistics.stratified import bootstrap_strata, probability_of_improvement
from aegan.storage import write_json, write_text

SEED, STUDIES, RESAMPLES = 0, 2000, 2000
ALPHA, CONFIDENCE, FAMILY = 0.05, 0.95, 30
SIZES = (3, 5, 10, 20)  # pairs of a study
TESTED = (3, 5, 6, 10, 11, 15, 20)  # 6 and 11 are the fewest that can reach ALPHA alone and in the family
CORRELATION = 0.8  # correlation of the two arms of a pair, where they are correlated
EFFECT = 1.0  # of the arm in the check of the probability of improvement, in standard deviations
MARKS = ("<!-- tables: written by benchmarks/simulated_studies.py -->", "<!-- end of tables -->")

Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]
Row = dict[str, Any]

#: differences of mean 0 and standard deviation 1
DRAWS: dict[str, Draw] = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "t₃": lambda rng, shape: rng.standard_t(3, shape) / np.sqrt(3),
}


def make_generator(*about: object) -> np.random.Generator:
    """Make the random generator of one setting, independent of those of the others."""
    return numpy_generator(SEED, "statistics", *about)


def compute_p_values(differences: np.ndarray) -> np.ndarray:
    """Test each row of (…, n) differences without ties: the exact sign-flip test of signed ranks."""
    return np.asarray(wilcoxon(differences, axis=-1, method="exact").pvalue)


def check_coverage() -> Iterator[Row]:
    """Count how often the interval of the interquartile mean of paired differences holds the true value, 0."""
    for name, draw in DRAWS.items():
        for n in SIZES:
            rng = make_generator("coverage", name, n)
            ends = [
                bootstrap_interval(change, confidence=CONFIDENCE, resamples=RESAMPLES, rng=rng)
                for change in draw(rng, (STUDIES, n))
            ]
            low, high = np.transpose(ends)
            yield {"differences": name, "n": n, "share": float(np.mean((low <= 0) & (high >= 0)))}


def check_improvement_coverage() -> Iterator[Row]:
    """Count how often the interval of the probability of improvement of normal arms holds the true Φ(effect / √2)."""
    truth = norm.cdf(EFFECT / np.sqrt(2))
    for correlation in (0.0, CORRELATION):
        for n in SIZES:
            rng = make_generator("improvement", correlation, n)
            pairs = rng.multivariate_normal([EFFECT, 0], [[1, correlation], [correlation, 1]], size=(STUDIES, n))
            ends = [
                bootstrap_strata(
                    [study], probability_of_improvement, confidence=CONFIDENCE, resamples=RESAMPLES, rng=rng
                )
                for study in pairs
            ]
            low, high = np.transpose(ends)
            yield {"correlation": correlation, "n": n, "share": float(np.mean((low <= truth) & (high >= truth)))}


def draw_family_p_values(name: str, n: int, shared: bool) -> np.ndarray:
    """Draw the p-values of families of comparisons without an effect: (studies, FAMILY).

    Args:
        name: distribution of the differences, a key of `DRAWS`.
        n: number of pairs.
        shared: whether all methods of a family are compared with the same baseline, so that their tests are dependent.
    """
    rng, draw = make_generator("error", name, n, shared), DRAWS[name]
    arms = draw(rng, (STUDIES, FAMILY, n))
    return compute_p_values(arms - draw(rng, (STUDIES, 1, n)) if shared else arms)


def check_errors() -> Iterator[Row]:
    """Count how often one test errs, and how often any of a family errs, without and with Holm's correction."""
    for name in DRAWS:
        for shared in (False, True):
            for n in TESTED:
                p = draw_family_p_values(name, n, shared)
                corrected = np.array([adjust_holm(family) for family in p])
                yield {
                    "differences": name,
                    "baseline": "shared" if shared else "own",
                    "n": n,
                    "single": float(np.mean(p < ALPHA)),
                    "any": float(np.mean((p < ALPHA).any(axis=1))),
                    "any_holm": float(np.mean((corrected < ALPHA).any(axis=1))),
                }


def check_power() -> Iterator[Row]:
    """Count how often an effect is found alone, and in a family whose other comparisons have no effect."""
    for name, draw in DRAWS.items():
        for effect in (1.0, 2.0):
            for n in TESTED:
                p = draw_family_p_values(name, n, shared=False)
                p[:, 0] = compute_p_values(draw(make_generator("power", name, effect, n), (STUDIES, n)) + effect)
                corrected = np.array([adjust_holm(family)[0] for family in p])
                alone, found = np.mean(p[:, 0] < ALPHA), np.mean(corrected < ALPHA)
                yield {"differences": name, "effect": effect, "n": n, "alone": float(alone), "holm": float(found)}


def check_equivalence() -> Iterator[Row]:
    """Count how often studies are declared equivalent for a true effect of the margin (an error) and of zero."""
    for name, draw in DRAWS.items():
        for margins in (1.0, 2.0, 4.0):
            for n in SIZES:
                rng = make_generator("equivalence", name, margins, n)
                drawn = draw(rng, (2, STUDIES, n)) + np.array([margins, 0.0])[:, None, None]
                false, true = (
                    np.mean([is_equivalent(c, margins, alpha=ALPHA, resamples=RESAMPLES, rng=rng) for c in changes])
                    for changes in drawn
                )
                yield {"differences": name, "margin": margins, "n": n, "false": float(false), "true": float(true)}


CHECKS: dict[str, Callable[[], Iterator[Row]]] = {
    "coverage": check_coverage,
    "improvement": check_improvement_coverage,
    "errors": check_errors,
    "power": check_power,
    "equivalence": check_equivalence,
}


def render_summary(found: dict[str, list[Row]]) -> str:
    """Render all checks as Markdown; shares are percentages."""
    tables = {name: pd.DataFrame(rows) for name, rows in found.items()}
    least = ", ".join(f"{smallest_p(n):.2g} (n = {n})" for n in TESTED)
    parts = [
        f"{STUDIES} simulated studies per setting, {RESAMPLES} resamples per interval, seed {SEED}: a share of 5 % has "
        f"a standard error of {_error(0.05)} points, one of 50 % of {_error(0.5)}. Shares are in %. "
        f"Smallest p: {least}.",
        f"**Coverage** of intervals of nominally {CONFIDENCE:.0%}: how often they hold the true value. The "
        "interquartile mean of paired differences:",
        _spread(tables["coverage"], ["differences"], {"share": ""}),
        "The probability of improvement, of two normal arms one standard deviation apart:",
        _spread(tables["improvement"], ["correlation"], {"share": ""}),
        f"**False effects** at {ALPHA:.0%}: of a single test; of any in a family of {FAMILY}, uncorrected; with Holm",
        *(
            _spread(tables["errors"], ["differences", "baseline"], {column: words})
            for column, words in {"single": "single", "any": "any, uncorrected", "any_holm": "any, Holm"}.items()
        ),
        f"**Power**, for effects in standard deviations of the differences: alone, and as the one effect in {FAMILY}",
        *(
            _spread(tables["power"], ["differences", "effect"], {column: words})
            for column, words in {"alone": "alone", "holm": f"one in {FAMILY}, Holm"}.items()
        ),
        "**Equivalence**, for margins in standard deviations of the differences: declared falsely, for a true effect "
        "on the margin; and rightly, for a true effect of zero",
        *(
            _spread(tables["equivalence"], ["differences", "margin"], {column: words})
            for column, words in {"false": "false", "true": "right"}.items()
        ),
    ]
    return "\n\n".join(parts)


def _spread(table: pd.DataFrame, keys: list[str], value: dict[str, str]) -> str:
    ((column, words),) = value.items()
    wide = table.pivot_table(index=keys, columns="n", values=column, sort=False)
    head = [*keys[:-1], f"{keys[-1]} ↓ {words} n →" if words else f"{keys[-1]} ↓ n →", *map(str, wide.columns)]
    rows = [
        [*map(str, key if isinstance(key, tuple) else (key,)), *(f"{100 * share:.1f}" for share in shares)]
        for key, shares in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _error(share: float) -> str:
    return f"{100 * np.sqrt(share * (1 - share) / STUDIES):.1f}"


def main(docs: Path = Path("docs")) -> None:
    """Simulate all studies and write both files."""
    gc.freeze()  # statsmodels collects garbage at every correction; frozen modules are not searched
    found = {name: list(check()) for name, check in CHECKS.items()}
    write_json(docs / "statistics.json", {"seed": SEED, "studies": STUDIES, "resamples": RESAMPLES, **found})
    page = docs / "statistics.md"
    before, rest = page.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    write_text(page, f"{before}{MARKS[0]}\n{render_summary(found)}\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
