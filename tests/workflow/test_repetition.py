"""A stranger's check on real runs: a part of a study, run again in another folder, against the report of the whole."""

import gzip
import re
import shutil

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(make_repository, reproduced):
    """Give a fresh copy in which a study of more methods than the tiny one ran, beside the report of the tiny one."""
    repository = make_repository()
    overlay = "study: {name: whole, methods: [gan, gan_r1, latent]}\nmethods: {gan_r1: {role: none, penalty: r1}}\n"
    (repository.folder / "whole.yaml").write_text(overlay, "utf-8")
    repository.run("snakemake", "report", "--configfile", "whole.yaml")
    shutil.copytree(repository.folder / "reports" / "whole", reproduced.folder / "reports" / "whole")
    return reproduced


def verify(repository, study="reports/whole"):
    done = repository.run("aegan", "verify", "reports/tiny", "--against", study, check=False)
    return done.returncode, done.stdout.splitlines()


def test_a_part_of_a_study_that_is_run_again_elsewhere_has_the_same_bytes(whole):
    status, lines = verify(whole)
    assert status == 0, lines
    tables = [line for line in lines if re.match(r"\w+\.(csv|csv\.gz|parquet): ", line)]
    assert {line.partition(".")[0] for line in tables} >= {"decisions", "pairs", "verdicts", "gradients", "quality"}
    assert all(line.endswith(" repeated, the same bytes") for line in tables), tables
    assert lines[-1].startswith("Same bytes in every row that was repeated. ")


def test_an_altered_number_is_found_and_an_altered_decision_fails(whole, tmp_path):
    study = shutil.copytree(whole.folder / "reports" / "whole", tmp_path / "whole")
    pairs = gzip.decompress((study / "pairs.csv.gz").read_bytes()).decode().splitlines()
    place = next(i for i, line in enumerate(pairs) if line.startswith("digits,latent,") and not line.endswith(","))
    pairs[place] = f"{pairs[place]}9"  # one more digit, far below what a decision could notice
    (study / "pairs.csv.gz").write_bytes(gzip.compress(("\n".join(pairs) + "\n").encode()))
    status, lines = verify(whole, str(study))
    (found,) = [line for line in lines if line.startswith("pairs.csv")]
    assert status == 0
    assert "largest relative difference" in found
    assert "baseline_value of digits, latent, gan" in found
    decisions = (study / "decisions.csv").read_text("utf-8")
    assert ",undecided," in decisions
    (study / "decisions.csv").write_text(decisions.replace(",undecided,", ",helps,"), "utf-8")
    status, lines = verify(whole, str(study))
    assert status == 1
    assert any(line.startswith("decided otherwise: latent against gan on digits in ") for line in lines)
