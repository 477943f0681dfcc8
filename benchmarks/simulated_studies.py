"""How often the statistics are right: intervals, tests and decisions on simulated studies with a known truth.

From the repository's root, `python -m benchmarks.simulated_studies` writes docs/statistics.json and the part of
docs/statistics.md between its two marks. The functions that are checked are those that make the decision table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import gamma, norm, t

from aegan.seeding import numpy_generator
from aegan.statistics.decisions import decide_row
from aegan.statistics.families import adjust_benjamini_hochberg, adjust_family, adjust_replication
from aegan.statistics.paired import bootstrap_interval, equivalence_p, replace_diverged, smallest_p, subtract_pairs
from aegan.statistics.sign_flips import sign_flip_p
from aegan.statistics.stratified import bootstrap_strata, probability_of_improvement
from aegan.storage import write_json, write_text

SEED, STUDIES, RESAMPLES = 0, 2000, 1000
ALPHA, CONFIDENCE, FALSE_DISCOVERY_RATE = 0.05, 0.95, 0.1
SIZES, COVERED = (5, 8, 12, 20), (3, 5, 8, 12, 20)  # pairs of a study
FAMILY, SECONDARY = 8, 40  # comparisons
MARGIN = 1.5  # in standard deviations of the differences
CORRELATION = 0.8  # of the endpoints of a study, or of the arms of a pair, where they are correlated
DIVERGED = 0.1  # share of the members that diverge, where some do
LARGE = 3.0  # effects that are always found, in standard deviations
EFFECT = 1.0  # of the arm in the check of the probability of improvement, in standard deviations
MARKS = ("<!-- tables: written by benchmarks/simulated_studies.py -->", "<!-- end of tables -->")

Row = dict[str, Any]

#: name -> quantile function of differences of standard deviation 1, and their pseudo-median, which is made 0
QUANTILES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "normal": (norm.ppf, 0.0),
    "t₃": (lambda share: t.ppf(share, 3) / np.sqrt(3), 0.0),
    "skewness 1": (lambda share: gamma.ppf(share, 4) / 2, gamma.median(8) / 4),
    "skewness 2": (lambda share: gamma.ppf(share, 1), gamma.median(2) / 2),
}
#: what is drawn -> differences, and the share of members that diverge
DRAWN = {name: (name, 0.0) for name in QUANTILES} | {f"normal, {DIVERGED:.0%} diverged": ("normal", DIVERGED)}
#: truth -> effects of the family in margins
TRUTHS = {
    "no effect": np.zeros(FAMILY),
    "effect on the margin": np.ones(FAMILY),
    "half of each": np.repeat([0.0, 1.0], FAMILY // 2),
}


def make_generator(*about: object) -> np.random.Generator:
    """Make the random generator of one setting, independent of those of the others."""
    return numpy_generator(SEED, "statistics", *about)


def draw_differences(
    rng: np.random.Generator, name: str, shape: tuple[int, int, int], correlation: float
) -> np.ndarray:
    """Draw differences (studies, comparisons, n) whose comparisons are correlated (a Gaussian copula).

    Args:
        rng: draws them.
        name: their distribution, a key of `QUANTILES`.
        shape: studies, comparisons, n.
        correlation: of the comparisons of a study, before the quantile function.
    """
    shared = rng.standard_normal((shape[0], 1, shape[2]))
    scores = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * rng.standard_normal(shape)
    quantile, middle = QUANTILES[name]
    return np.asarray(quantile(norm.cdf(scores))) - middle


def make_diverge(rng: np.random.Generator, arms: np.ndarray, share: float) -> np.ndarray:
    """Let a share of the members of arms (…) diverge, independently: NaN."""
    return np.where(rng.random(arms.shape) < share, np.nan, arms)


class Studies:
    """Simulated studies of one primary family, tested as a real one is.

    Args:
        arm: (studies, comparisons, n) values of the methods, larger is better; NaN for a diverged member.
        baseline: (studies, comparisons, n) those of their baselines.
        margin: margin of equivalence; None if it is not tested.
        sides: of the test of equivalence; 1 is what the project does not do.
    """

    def __init__(self, arm: np.ndarray, baseline: np.ndarray, margin: float | None, sides: int = 2) -> None:
        self.change, self.margin = subtract_pairs(arm, baseline), margin
        self.known = ~(np.isinf(replace_diverged(arm)) & (self.change == 0))  # no pairs of two equal infinities
        equivalence = np.full(arm.shape[:2], np.nan) if margin is None else equivalence_p(arm, baseline, margin)
        self.p = np.stack([sign_flip_p(self.change), equivalence * sides / 2], axis=-1)
        self.adjusted = np.array([adjust_family(own, "primary", arm.shape[1]) for own in self.p])

    def decide(self, rng: np.random.Generator, asked: np.ndarray | bool = True) -> np.ndarray:
        """Decide (studies, comparisons) with the intervals; "undecided" where nobody asks.

        Args:
            rng: draws the intervals.
            asked: (studies, comparisons) the comparisons to decide on, since intervals take their time.
        """
        with np.errstate(invalid="ignore"):
            found = (self.adjusted < ALPHA).any(axis=-1) & asked
        decisions = np.full(found.shape, "undecided", dtype=object)
        for place in map(tuple, np.argwhere(found)):
            change, adjusted = self.change[place][self.known[place]], self.adjusted[place]
            low, high = bootstrap_interval(change, confidence=CONFIDENCE, resamples=RESAMPLES, rng=rng)
            row = {"p": self.p[place][0], "low": low, "high": high, "margin": self.margin}
            row |= {"p_adjusted": adjusted[0], "p_equivalence_adjusted": adjusted[1]}
            decisions[place] = decide_row(row, ALPHA)
        return decisions

    def replicate(self, before: Studies, decisions: np.ndarray) -> None:
        """Adjust these studies as replications of others: `decisions` (studies, comparisons) are those of `before`."""
        for place in np.ndindex(decisions.shape):
            p, earlier = self.p[place], before.adjusted[place]
            self.adjusted[place] = adjust_replication(p, earlier, str(decisions[place]), decisions.shape[1])


def simulate_studies(
    about: tuple[object, ...],
    effects: np.ndarray,
    margin: float | None,
    n: int,
    correlation: float,
    drawn: str,
    sides: int = 2,
) -> tuple[Studies, np.random.Generator]:
    """Simulate studies of one family.

    Args:
        about: names the setting.
        effects: (comparisons,) true effects.
        margin: margin of equivalence; None if it is not tested.
        n: pairs.
        correlation: of the comparisons of a study.
        drawn: a key of `DRAWN`.
        sides: of the test of equivalence.

    Returns:
        The studies, and the generator that drew them.
    """
    rng, (name, diverged) = make_generator(*about, margin, n, correlation, drawn), DRAWN[drawn]
    change = draw_differences(rng, name, (STUDIES, len(effects), n), correlation) + effects[:, None]
    arm, baseline = (make_diverge(rng, values, diverged) for values in (change, np.zeros(change.shape)))
    return Studies(arm, baseline, margin, sides), rng


def find_errors(studies: Studies, on_margin: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Find false decisions (studies, comparisons): of no effect helps or hurts, of one on the margin all but helps.

    Args:
        studies: the studies.
        on_margin: (comparisons,) whether the true effect is the margin; else it is 0.
        rng: draws the intervals.
    """
    with np.errstate(invalid="ignore"):
        superior, equivalent = np.moveaxis(studies.adjusted < ALPHA, -1, 0)
    below = np.median(studies.change, axis=-1) < 0
    decisions = studies.decide(rng, np.where(on_margin, equivalent | (superior & below), superior))
    wrong: np.ndarray = np.where(on_margin, decisions == "equivalent", decisions == "helps") | (decisions == "hurts")
    return wrong


def check_errors() -> Iterator[Row]:
    """Count the studies with any false decision in the primary family."""
    for truth, margins in TRUTHS.items():
        for drawn in DRAWN:
            for correlation in (0.0, CORRELATION):
                for n in SIZES:
                    setting = ("errors", truth), MARGIN * margins, MARGIN, n, correlation, drawn
                    studies, rng = simulate_studies(*setting)
                    any_false = find_errors(studies, margins > 0, rng).any(axis=1)
                    dependence = f"{correlation:g}"
                    names = {"truth": truth, "differences": drawn, "correlation": dependence}
                    yield names | {"n": n, "share": float(any_false.mean())}


def check_one_sided() -> Iterator[Row]:
    """Count the studies with any false decision in families on the margin, if equivalence is tested on one side."""
    on_margin = TRUTHS["effect on the margin"]
    for name in QUANTILES:
        for n in SIZES:
            setting = ("one-sided",), MARGIN * on_margin, MARGIN, n, 0.0, name
            studies, rng = simulate_studies(*setting, sides=1)
            yield {"differences": name, "n": n, "share": float(find_errors(studies, on_margin > 0, rng).any(1).mean())}


def check_beside_large() -> Iterator[Row]:
    """Count the studies with a false decision on one comparison without an effect beside large ones, or later.

    The endpoint has no margin. The large effects are always decided: they leave their level to the one without, and
    their replications, in which there is no effect, are all tested.
    """
    effects = {"before": np.where(np.arange(FAMILY) == 0, 0.0, LARGE)}
    effects["after"] = LARGE - effects["before"]
    for n in SIZES:
        (before, rng), (after, _) = (
            simulate_studies((when, "beside large"), own, None, n, 0.0, "normal") for when, own in effects.items()
        )
        after.replicate(before, before.decide(rng))
        first = find_errors(before, effects["before"] > 0, rng).any(axis=1)
        later = find_errors(after, effects["after"] > 0, rng).any(axis=1)
        yield {"n": n, "primary": float(first.mean()), "either": float((first | later).mean())}


def check_divergence() -> Iterator[Row]:
    """Count the studies with any false claim about divergence, where methods diverge as often as their baselines."""
    for share in (0.1, 0.3, 0.5):
        for n in SIZES:
            rng = make_generator("divergence", share, n)
            arm, baseline = (rng.random((2, STUDIES, FAMILY, n)) < share).astype(float)
            found = Studies(arm, baseline, None).adjusted[..., 0] < ALPHA
            yield {"diverged": f"{share:.0%}", "n": n, "share": float(found.any(axis=1).mean())}


def check_replications() -> Iterator[Row]:
    """Count the studies with any false decision among replications whose truth is the opposite of the primary one."""
    opposite = {"no effect": "effect on the margin", "effect on the margin": "no effect"}
    for truth, other in opposite.items():
        for margin in (1.0, MARGIN):
            for n in SIZES:
                before, rng = simulate_studies(("before", truth), margin * TRUTHS[truth], margin, n, 0.0, "normal")
                studies, _ = simulate_studies(("after", truth), margin * TRUTHS[other], margin, n, 0.0, "normal")
                studies.replicate(before, before.decide(rng))
                false = find_errors(studies, TRUTHS[other] > 0, rng).any(axis=1)
                earlier = find_errors(before, TRUTHS[truth] > 0, rng).any(axis=1)
                shares = {"share": float(false.mean()), "with_primary": float((false | earlier).mean())}
                yield {"primary": truth, "replication": other, "margin": margin, "n": n} | shares


def check_power() -> Iterator[Row]:
    """Count how often an effect is found beside comparisons without one, alone and in the family."""
    for drawn in DRAWN:
        for effect in (1.0, 1.5, 2.0):
            for n in SIZES:
                effects = np.eye(1, FAMILY)[0] * effect
                studies, rng = simulate_studies(("power", effect), effects, None, n, 0.0, drawn)
                first = np.arange(FAMILY) == 0
                found = studies.decide(rng, np.broadcast_to(first, studies.p.shape[:2]))[:, 0] == "helps"
                alone = studies.p[:, 0, 0] < ALPHA
                shares = {"alone": float(alone.mean()), "family": float(found.mean())}
                yield {"differences": drawn, "effect": effect, "n": n} | shares


def check_equivalence() -> Iterator[Row]:
    """Count how often methods without an effect are declared equivalent, by the margin."""
    for drawn in DRAWN:
        for margin in (1.0, 1.5, 2.0):
            for n in SIZES:
                studies, rng = simulate_studies(("equivalence", margin), np.zeros(FAMILY), margin, n, 0.0, drawn)
                first = np.arange(FAMILY) == 0
                decisions = studies.decide(rng, np.broadcast_to(first, studies.p.shape[:2]))[:, 0]
                share = float(np.mean(decisions == "equivalent"))
                yield {"differences": drawn, "margin": margin, "n": n, "share": share}


def check_discoveries() -> Iterator[Row]:
    """Measure the false discovery rate of secondary comparisons, half of them with an effect."""
    for name in QUANTILES:
        for correlation in (0.0, CORRELATION):
            for n in SIZES:
                rng = make_generator("discoveries", name, correlation, n)
                effects = np.repeat([0.0, MARGIN], SECONDARY // 2)
                change = draw_differences(rng, name, (STUDIES, SECONDARY, n), correlation) + effects[:, None]
                found = adjust_benjamini_hochberg(sign_flip_p(change)) < FALSE_DISCOVERY_RATE
                false = found[:, effects == 0].sum(axis=1) / np.maximum(1, found.sum(axis=1))
                shares = {"share": float(false.mean()), "found": float(found[:, effects > 0].mean())}
                yield {"differences": name, "correlation": f"{correlation:g}", "n": n} | shares


def check_coverage() -> Iterator[Row]:
    """Count how often the interval of the interquartile mean of paired differences holds the true value, 0."""
    for name in ("normal", "t₃"):
        for n in COVERED:
            rng = make_generator("coverage", name, n)
            ends = [
                bootstrap_interval(change, confidence=CONFIDENCE, resamples=RESAMPLES, rng=rng)
                for change in draw_differences(rng, name, (STUDIES, 1, n), 0.0)[:, 0]
            ]
            low, high = np.transpose(ends)
            yield {"differences": name, "n": n, "share": float(np.mean((low <= 0) & (high >= 0)))}


def check_improvement_coverage() -> Iterator[Row]:
    """Count how often the interval of the probability of improvement of normal arms holds the true Φ(effect / √2)."""
    truth = norm.cdf(EFFECT / np.sqrt(2))
    for correlation in (0.0, CORRELATION):
        for n in COVERED:
            rng = make_generator("improvement", correlation, n)
            pairs = rng.multivariate_normal([EFFECT, 0], [[1, correlation], [correlation, 1]], size=(STUDIES, n))
            ends = [
                bootstrap_strata(
                    [study], probability_of_improvement, confidence=CONFIDENCE, resamples=RESAMPLES, rng=rng
                )
                for study in pairs
            ]
            low, high = np.transpose(ends)
            held = (low <= truth) & (high >= truth)
            shares = {"share": float(np.mean(held)), "point": float(np.mean(low == high))}
            yield {"correlation": f"{correlation:g}", "n": n} | shares


CHECKS: dict[str, Callable[[], Iterator[Row]]] = {
    "errors": check_errors,
    "one_sided": check_one_sided,
    "beside_large": check_beside_large,
    "divergence": check_divergence,
    "replications": check_replications,
    "power": check_power,
    "equivalence": check_equivalence,
    "discoveries": check_discoveries,
    "coverage": check_coverage,
    "improvement": check_improvement_coverage,
}


def render_summary(found: Mapping[str, list[Row]]) -> str:
    """Render all checks as Markdown; shares are percentages."""
    tables = {name: pd.DataFrame(rows) for name, rows in found.items()}
    least = ", ".join(f"{smallest_p(n):.2g} (n = {n})" for n in SIZES)
    parts = [
        f"{STUDIES} simulated studies per setting, {RESAMPLES} resamples per interval, seed {SEED}: a share of 5 % has "
        f"a standard error of {_error(0.05)} points, one of 50 % of {_error(0.5)}. Shares are in %. "
        f"Smallest p: {least}.",
        f"**False decisions** in a primary family of {FAMILY}, margin {MARGIN:g} standard deviations: studies with any "
        "one. No effect: helps or hurts is false. An effect on the margin: equivalent or hurts is false.",
        _spread(tables["errors"], ["truth", "differences", "correlation"], {"share": ""}),
        "The same with effects on the margin, if equivalence were tested on one side, as it is not:",
        _spread(tables["one_sided"], ["differences"], {"share": ""}),
        f"**False claims about divergence** in a family of {FAMILY}, where method and baseline diverge equally often:",
        _spread(tables["divergence"], ["diverged"], {"share": ""}),
        "**False decisions of replications**, whose truth is the opposite of what was decided: among the replications "
        "alone, and among them or the primary family",
        *(
            _spread(tables["replications"], ["primary", "replication", "margin"], {column: words})
            for column, words in {"share": "replications", "with_primary": "either"}.items()
        ),
        f"One comparison without an effect beside {FAMILY - 1} of {LARGE:g} standard deviations, which have none in "
        "their replications, at an endpoint without a margin: false in the primary family, and there or in "
        "replications:",
        _spread(
            tables["beside_large"].melt("n", ["primary", "either"], "false in", "share"), ["false in"], {"share": ""}
        ),
        "**Power**, for effects in standard deviations of the differences: one test alone, uncorrected; and as the one "
        f"effect in a family of {FAMILY}",
        *(
            _spread(tables["power"], ["differences", "effect"], {column: words})
            for column, words in {"alone": "alone", "family": f"one in {FAMILY}"}.items()
        ),
        f"**Equivalence** declared rightly, for an effect of zero in a family of {FAMILY}, by the margin in standard "
        "deviations of the differences:",
        _spread(tables["equivalence"], ["differences", "margin"], {"share": ""}),
        f"**Secondary comparisons**, {SECONDARY} of which half have an effect of {MARGIN:g} standard deviations: share "
        "of false ones among those found, and of the effects that are found",
        *(
            _spread(tables["discoveries"], ["differences", "correlation"], {column: words})
            for column, words in {"share": "false", "found": "found"}.items()
        ),
        f"**Coverage** of intervals of nominally {CONFIDENCE:.0%}: how often they hold the true value. The "
        "interquartile mean of paired differences:",
        _spread(tables["coverage"], ["differences"], {"share": ""}),
        "The probability of improvement, of two normal arms one standard deviation apart; and how often its interval "
        "is a point:",
        *(
            _spread(tables["improvement"], ["correlation"], {column: words})
            for column, words in {"share": "", "point": "a point"}.items()
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
    found = {name: list(check()) for name, check in CHECKS.items()}
    write_json(docs / "statistics.json", {"seed": SEED, "studies": STUDIES, "resamples": RESAMPLES, **found})
    page = docs / "statistics.md"
    before, rest = page.read_text(encoding="utf-8").split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    write_text(page, f"{before}{MARKS[0]}\n{render_summary(found)}\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
