import pandas as pd
import pytest

from aegan.analysis.study_focus import MOST_METHODS, count_focus, focus_study
from aegan.analysis.study_schema import Study

MANY = [f"m{number}" for number in range(MOST_METHODS + 1)]


def make_study(methods, decisions):
    runs = pd.DataFrame(
        [("d", method) for method in methods] + [("e", "m0"), ("e", "m3")], columns=["dataset", "method"]
    )
    compared = pd.DataFrame(decisions, columns=["dataset", "method", "baseline", "family"])
    autoencoders = pd.DataFrame({"dataset": ["d", "e"], "autoencoder": ["dense", "dense"]})
    tables = dict.fromkeys(("verdicts", "quality", "cost", "gradients"), runs)
    return Study(
        name="s",
        datasets=("d", "e"),
        methods=tuple(methods),
        **tables,
        decisions=compared,
        pairs=compared,
        profiles=pd.DataFrame({"datasets": "d", "method": methods}),
        samples={("d", method): 0 for method in methods},
        originals={},
        reconstructions={},
        **dict.fromkeys(("autoencoders", "autoencoder_quality", "latents"), autoencoders),
    )


DECISIONS = [
    ("d", "m1", "m0", "primary"),
    ("d", "m1", "m0", "replication"),
    ("d", "m1", "m0", "secondary"),
    ("d", "m5", "m4", "replication"),
    ("d", "m7", "m0", "secondary"),
    ("e", "m3", "m0", "secondary"),
]


def test_of_many_methods_those_that_a_finding_rests_on_are_shown():
    study = make_study(MANY, DECISIONS)
    primary, decisive = (focus_study(study, families) for families in (("primary",), ("primary", "replication")))
    assert primary.methods == ("m0", "m1")
    kept = ["m0", "m1", "m4", "m5"]
    assert decisive.gradients.to_numpy().tolist() == [["d", name] for name in kept]
    assert decisive.methods == tuple(kept)
    assert decisive.decisions.index.tolist() == [0, 1, 3]
    assert decisive.pairs.index.tolist() == [0, 1, 2, 3]  # of a pair that is shown, all endpoints
    assert [method for _, method in decisive.samples] == kept
    assert decisive.profiles["method"].tolist() == kept
    assert decisive.autoencoders["dataset"].tolist() == ["d"]
    assert count_focus(study, decisive) == f"4 of {len(MANY)} methods on d, 0 of 2 methods on e"
    assert focus_study(study, None) is study


@pytest.mark.parametrize(
    "study", [make_study(MANY[:-1], DECISIONS), make_study(MANY, DECISIONS[4:]), make_study([], [])],
    ids=["few methods", "no primary comparison", "nothing"],
)  # fmt: skip
def test_a_study_of_few_methods_or_without_a_primary_family_is_shown_whole(study):
    assert focus_study(study, ("primary", "replication")) is study
    assert count_focus(study, study) == ""
