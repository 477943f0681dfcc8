from tests.probes.invented_norms import LIMITS

from aegan.probes.findings import FAULTS, SHARES, VERDICTS, Finding, Verdict, choose_worst, require_limits
from aegan.tables import TRENDS


def test_the_defaults_are_sound_and_shares_are_known():
    require_limits(LIMITS)
    assert LIMITS.windows == (LIMITS.reference_window, LIMITS.window)
    assert {"window", "reference_window", "stalled_share", "separable_accuracy"} <= SHARES
    assert "exploding_norm" not in SHARES


def test_verdicts_rank_trends_below_faults_below_diseases():
    ranks = [VERDICTS.index(word) for word in (*TRENDS, *FAULTS, "vanishing", "exploding", "diverged")]
    assert ranks == sorted(ranks)
    assert len(set(VERDICTS)) == len(VERDICTS)


def test_the_worst_finding_has_the_evidence_of_all():
    found = [
        Finding(0.5, Verdict("exploding", 1, "a", "first")),
        Finding(2.0, Verdict("vanishing", 2, "b", "second")),
        Finding(0.0, Verdict("exploding", 3, "c", "")),
    ]
    worst = choose_worst(found)
    assert (worst.excess, worst.verdict) == (2.0, Verdict("vanishing", 2, "b", "second; first"))
