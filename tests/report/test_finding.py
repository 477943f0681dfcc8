import runpy
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given

from aegan.config.sections import Report
from aegan.errors import InputError
from aegan.report.finding import headline_finding, write_finding

ROOT = Path(__file__).parents[2]
RANDOM = runpy.run_path(str(Path(__file__).with_name("random_decisions.py")))
METHODS, decisions = RANDOM["METHODS"], RANDOM["decisions"]


def cost_of(methods, parameters):
    """A cost table of GANs of these sizes, each with the autoencoder that one of them needs."""
    rows = [("digits", method, 0, "gan", size) for method, size in zip(methods, parameters, strict=True)]
    rows.append(("digits", methods[0], 0, "autoencoder", 9_999))
    return pd.DataFrame(rows, columns=["dataset", "method", "seed", "phase", "parameters"])


def compared(decided, smallest_p=1e-6):
    """Comparisons of the article's scheme with a GAN, one per outcome."""
    rows = pd.DataFrame({"outcome": list(decided), "decision": list(decided.values())})
    return rows.assign(
        dataset="digits", method="article", baseline="gan", role="reconstruction", regulariser="none", n=12, p=0.5,
        precision="as the baseline", smallest_p=smallest_p, about="vanishing",
    )  # fmt: skip


EQUAL = cost_of(["article", "gan"], [100, 100])


def test_the_finding_of_the_readme_is_that_of_the_committed_report(tmp_path):
    text = (ROOT / "README.md").read_text("utf-8")
    copy = tmp_path / "README.md"
    copy.write_text(text, "utf-8")
    write_finding(copy, ROOT / "reports" / "quickstart", Report().alpha)
    assert copy.read_text("utf-8") == text, "run `aegan docs`"


@pytest.mark.parametrize(
    ("decided", "answer"),
    [
        ({"lost": "helps", "grown": "helps"}, "The article's scheme helps a GAN's gradients"),
        ({"lost": "helps", "grown": "undecided"}, "The article's scheme helps a GAN's gradients in part"),
        ({"lost": "equivalent", "grown": "hurts"}, "No help of the article's scheme for a GAN's gradients is shown"),
        (
            {"lost": "equivalent", "grown": "undecided"},
            "It is undecided whether the article's scheme helps a GAN's gradients",
        ),
    ],
)
def test_the_answer_is_no_stronger_than_the_decisions(decided, answer):
    assert headline_finding(compared(decided), EQUAL, 0.05).startswith(f"{answer}: with 12 paired seeds on digits, ")


def test_the_decisions_are_counted():
    found = headline_finding(compared({"lost": "equivalent", "grown": "undecided", "left": "undecided"}), EQUAL, 0.05)
    assert found.endswith("of 3 comparisons of `article` with `gan`, 1 is equivalent (lost) and 2 are undecided.")


def test_limits_are_told_where_there_are_any():
    unequal = cost_of(["article", "gan"], [27_073, 53_953])
    found = headline_finding(compared({"lost": "undecided"}, smallest_p=0.0625), unequal, 0.05)
    assert "so few seeds cannot reach p\u00a0<\u00a00.05 after Holm's correction over 1 comparison " in found
    assert found.endswith("the compared networks differ in size (27,073 against 53,953 parameters).")


@given(decisions())
def test_help_is_claimed_only_of_the_articles_scheme_and_only_where_the_table_says_so(table):
    found = headline_finding(table, cost_of([*METHODS, "gan"], [1] * 5), 0.05)
    own = table[(table["role"] == "reconstruction") & table["about"].isin(["vanishing", "explosion"])]
    said = set(own["decision"])
    assert ("scheme helps" in found and "undecided whether" not in found) == ("helps" in said)
    assert ("No help" in found) == (bool(said) and said <= {"equivalent", "hurts"})
    assert found.count("\n") == 0
    assert found.count(". ") == 0


def test_a_file_without_marks_is_refused(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# aegan\n", "utf-8")
    with pytest.raises(InputError, match="marks of the finding are missing"):
        write_finding(readme, ROOT / "reports" / "quickstart", 0.05)
