"""Faults of codebooks and priors, from the tables that a study writes beside its runs."""

from pathlib import Path

import pandas as pd
import pytest
from tests.probes.invented_norms import LIMITS

from aegan.cli.doctor import diagnose_run
from aegan.cli.quality_faults import assess_run_quality
from aegan.storage import write_json
from aegan.tables import prepend_columns, read_table, write_table

SEEDS = ("digits", "gan", "0-1")


def write_quality(results: Path, precision: float) -> None:
    """Good reconstructions, and samples of a precision, both of seed 1."""
    rows = [("pixels", "ssim", 0.95, float("nan")), ("random", "precision", precision, 0.9)]
    table = pd.DataFrame(rows, columns=["space", "metric", "value", "floor"]).assign(n=9)
    names = {"dataset": "digits", "method": "gan", "seed": 1}
    write_table(results.joinpath("evaluation", "gan", *SEEDS, "quality.csv"), prepend_columns(table, names))


def write_codes(results: Path, autoencoder: str, perplexity: float) -> None:
    row = {"dataset": "digits", "autoencoder": autoencoder, "seed": 0, "metric": "perplexity", "value": perplexity}
    path = results.joinpath("evaluation", "autoencoder", "digits", autoencoder, "0-1", "quality.csv")
    write_table(path, pd.DataFrame([row | {"n": 9}]))


@pytest.fixture
def results(finished_run, tmp_path) -> Path:
    history = read_table(finished_run.joinpath("results", "gan", *SEEDS, "training.parquet"))
    write_table(tmp_path.joinpath("results", "gan", *SEEDS, "training.parquet"), history)
    write_json(tmp_path.joinpath("results", "gan", *SEEDS, "run.json"), {"config": {"autoencoder": "vq"}})
    return tmp_path / "results"


def diagnose(run: Path) -> pd.Series:
    """The verdicts of the network that is named first, by their seeds."""
    found = diagnose_run(run, [], Path("no such config.yaml"), {}).verdicts
    return found[found["network"].isin(["generator", "autoencoder"])].set_index("verdict")["evidence"]


@pytest.mark.parametrize(("precision", "perplexity"), [(0.1, 20.0), (0.8, 1.01), (0.1, 1.01), (0.8, 20.0)])
def test_the_doctor_finds_what_the_report_finds(results, precision, perplexity):
    write_quality(results, precision)
    write_codes(results, "vq", perplexity)
    write_codes(results, "other", 1.0)  # of an autoencoder that the method does not use
    found = diagnose(results.joinpath("gan", *SEEDS))
    assert {"prior hole"} & set(found.index) == ({"prior hole"} if precision < 0.5 else set())
    assert {"codebook collapse"} & set(found.index) == ({"codebook collapse"} if perplexity < 2 else set())
    if precision < 0.5:
        assert "structural similarity of 0.95" in found["prior hole"]


def test_an_autoencoder_s_codebook_is_part_of_it(results):
    write_codes(results, "vq", 1.01)
    run = results / "autoencoder" / "digits" / "vq" / "0-1"
    history = read_table(results.joinpath("gan", *SEEDS, "training.parquet"))
    own = history[history["network"] == "generator"].assign(network="autoencoder", method="vq")
    write_table(run / "training.parquet", own.rename(columns={"method": "autoencoder"}))
    assert "perplexity is 1.01" in diagnose(run)["codebook collapse"]


def test_without_tables_of_quality_nothing_is_found(results):
    assert assess_run_quality(results.joinpath("gan", *SEEDS), LIMITS) == []
    assert assess_run_quality(Path("run"), LIMITS) == []
