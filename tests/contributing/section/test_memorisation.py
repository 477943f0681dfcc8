from types import SimpleNamespace

import pandas as pd
from aegan.report.sections.memorisation import SPEC, tabulate_memorisation


def test_the_lowest_seed_of_each_method_is_printed():
    rows = [("gan", 0, "memorisation", 0.9), ("gan", 1, "memorisation", 0.25), ("gan", 0, "fd", 7.0)]
    quality = pd.DataFrame([*rows, ("latent", 0, "memorisation", 1.0)], columns=["method", "seed", "metric", "value"])
    table = tabulate_memorisation(SimpleNamespace(quality=quality.assign(dataset="digits", space="random")))
    assert table.headers == ["data set", "space", "method", "distance to train / test"]
    assert table.rows == [["digits", "random", "gan", "0.25"], ["digits", "random", "latent", "1"]]


def test_the_section_says_what_it_is_about():
    assert (SPEC.anchor, SPEC.title) == ("memorisation", "Memorisation")
    assert SPEC.lead.endswith(".")
