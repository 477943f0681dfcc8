"""Whether what was decided was decided likewise elsewhere."""

import pandas as pd
from tests.report.made_decisions import make_decisions

from aegan.report.replication_sentences import NOT_REPLICATED, describe_replications

PAIR = "reconstruction against gan on digits"


def replicate(word, dataset, method="reconstruction", baseline="gan", endpoint="cure"):
    return make_decisions({(method, baseline, endpoint): word}, "replication", dataset).assign(replicates=PAIR)


def describe(primary, *replications):
    return describe_replications(make_decisions(primary), pd.concat(replications) if replications else pd.DataFrame())


def test_an_opposite_decision_is_named_and_an_undecided_one_too():
    found = describe(
        {("reconstruction", "gan", "cure"): "helps"},
        replicate("undecided", "modes"),
        replicate("helps", "fashion"),
        replicate("hurts", "digits", "reconstruction_conv", "gan_conv"),
    )
    assert found == [
        f"{PAIR} helps in gradient lost at equal cross-entropy: replicated on fashion; opposite on digits "
        "(reconstruction_conv against gan_conv: hurts); undecided on modes."
    ]


def test_equivalence_is_replicated_by_equivalence_alone():
    primary = {("reconstruction", "gan", "cure"): "equivalent"}
    assert describe(primary, replicate("equivalent", "modes"))[0].endswith(": replicated on modes.")
    assert describe(primary, replicate("undecided", "modes"))[0].endswith(": undecided on modes.")


def test_endpoints_that_were_replicated_alike_share_a_sentence_and_others_do_not():
    primary = {("reconstruction", "gan", name): "helps" for name in ("cure", "fd", "overlap")}
    both = [replicate("helps", "modes", endpoint=name) for name in ("cure", "fd")]
    first, second = describe(primary, *both)
    assert first == f"{PAIR} helps in gradient lost at equal cross-entropy and FD-cls: replicated on modes."
    assert second.endswith(f": {NOT_REPLICATED}.")


def test_what_is_undecided_and_another_pair_s_replications_are_not_told_of():
    helps = {("reconstruction", "warm_start", "cure"): "helps"}
    assert describe({("reconstruction", "gan", "cure"): "undecided"}, replicate("undecided", "modes")) == []
    assert describe(helps, replicate("helps", "modes"))[0].endswith(f": {NOT_REPLICATED}.")
    assert describe(helps) == []
