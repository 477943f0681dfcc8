"""From the tables of runs to the tables of a study."""

import numpy as np
import pandas as pd
import pytest

from aegan.analysis.aggregate import POINTS, SAMPLES, costs, joined, pictures
from aegan.analysis.diagnosis_summary import STAGE
from aegan.analysis.endpoints import QUESTIONS
from aegan.analysis.member_outcomes import decisions, headline
from aegan.analysis.member_outcomes import outcomes as outcomes_over
from aegan.analysis.study_io import load_study
from aegan.analysis.study_schema import DECISIONS, SAME
from aegan.storage import write_tensors
from aegan.tables import write_table

NO_DIAGNOSIS = pd.DataFrame(columns=[*STAGE, "quantity", "value"])
SETTINGS = {
    "outcomes": list(QUESTIONS), "alpha": 0.05, "confidence": 0.95, "resamples": 100,
    "gradient_margin": 0.25, "quality_margin": 0.1, "coverage_margin": 0.05, "conditioning_margin": 0.5,
    "cost_margin": 0.1,
}  # fmt: skip
DENSE = {"generator": {"name": "dense"}, "discriminator": {"name": "dense"}, "loss": {"name": "minimax"}}
METHODS = {"gan": DENSE | {"role": {"name": "none"}}, "helped": DENSE | {"role": {"name": "reconstruction"}}}


def priced(gradients: pd.DataFrame) -> pd.DataFrame:
    """Each GAN 1000 operations and 2 s; the one that is helped has an autoencoder that took as much again."""
    members = gradients[["dataset", "method", "seed"]].drop_duplicates().assign(seconds=2.0, flops=1000)
    return pd.concat([members.assign(phase="gan"), members.query("method == 'helped'").assign(phase="autoencoder")])


def outcomes(gradients: pd.DataFrame, measured: pd.DataFrame, diagnosis: pd.DataFrame = NO_DIAGNOSIS) -> pd.DataFrame:
    return outcomes_over(gradients, measured, diagnosis, priced(gradients), window=0.2)


def history(method: str, seed: int, norms: list[float], **more) -> pd.DataFrame:
    rows = [
        {"step": 10 * i, "network": "generator", "layer": "(all)", "quantity": "gradient_norm", "value": norm} | more
        for i, norm in enumerate(norms)
    ]
    return pd.DataFrame(rows).assign(dataset="digits", method=method, seed=seed)


def quality(method: str, seed: int, fd: float, space: str = "classifier") -> pd.DataFrame:
    rows = [{"metric": "fd", "value": fd}, {"metric": "coverage", "value": 0.5}]
    return pd.DataFrame(rows).assign(dataset="digits", method=method, seed=seed, space=space, floor=1.0, n=10)


def value(table: pd.DataFrame, outcome: str, seed: int = 0) -> float:
    return float(table.query("outcome == @outcome and seed == @seed")["value"].iloc[0])


def test_outcomes_by_hand():
    table = outcomes(history("gan", 0, [1.0, 10.0, 0.1]), quality("gan", 0, 100.0))
    assert value(table, "lost") == pytest.approx(2)  # from the peak of 10 to 0.1 at the end
    assert value(table, "grown") == pytest.approx(1)  # from 1 at the start to the peak
    assert value(table, "fd") == pytest.approx(2)
    assert value(table, "coverage") == 0.5


def test_reference_and_end_are_medians_over_the_window():
    norms = [1.0, 3.0, 5.0, 9.0, 9.0, 900.0, 9.0, 6.0, 4.0, 2.0]  # two steps at either end: medians 2 and 3
    table = outcomes(history("gan", 0, norms), quality("gan", 0, 1.0))
    assert value(table, "grown") == pytest.approx(np.log10(900 / 2))
    assert value(table, "lost") == pytest.approx(np.log10(900 / 3))


def test_classifier_features_are_preferred_and_random_ones_serve_where_there_are_none():
    both = pd.concat([quality("gan", 0, 10.0, "random"), quality("gan", 0, 1000.0, "classifier")])
    assert value(outcomes(history("gan", 0, [1.0]), both), "fd") == pytest.approx(3)
    assert value(outcomes(history("gan", 0, [1.0]), quality("gan", 0, 10.0, "random")), "fd") == pytest.approx(1)


def test_a_member_that_diverged_has_values_that_are_not_numbers_rather_than_gaps():
    fallen = pd.concat([history("gan", 0, [1.0]), history("gan", 0, [1.0], quantity="diverged")])
    table = outcomes(
        pd.concat([fallen, history("gan", 1, [1.0])]), pd.concat([quality("gan", s, 10.0) for s in (0, 1)])
    )
    assert table[table["seed"] == 0]["value"].isna().all()
    assert table[table["seed"] == 1]["value"].notna().all()
    # the fallen one ranks worst before a fresh discriminator and in conditioning, too
    assert len(table) == len(QUESTIONS) + 5


def test_conditioning_is_that_of_the_last_stage_and_arithmetic_that_of_the_whole_arm():
    looks = pd.DataFrame(
        [("digits", "helped", 0, stage, "log_condition", found) for stage, found in ((100, 7.0), (20, 3.0))],
        columns=[*STAGE, "quantity", "value"],
    )
    table = outcomes(history("helped", 0, [1.0]), quality("helped", 0, 1.0), looks)
    assert value(table, "conditioning") == 7.0
    assert value(table, "flops") == pytest.approx(np.log10(2000))


def gradients_of_two() -> tuple[pd.DataFrame, pd.DataFrame]:
    runs = [
        (method, seed, 0.01 if method == "gan" else 0.9 + 0.01 * seed)
        for method in ("gan", "helped")
        for seed in range(10)
    ]
    gradients = pd.concat([history(method, seed, [1.0, end]) for method, seed, end in runs])
    return gradients, pd.concat([quality(method, seed, 10.0) for method, seed, _ in runs])


def study() -> pd.DataFrame:
    return outcomes(*gradients_of_two())


def decided(**settings) -> pd.DataFrame:
    cost = priced(gradients_of_two()[0])
    return decisions(study(), cost, METHODS, {"helped": "gan"}, SETTINGS | settings)


def test_decisions_pair_what_was_run():
    table = decided()
    assert list(table.columns) == DECISIONS
    assert set(table["method"]) == {"helped"}
    lost = table[table["outcome"].str.contains("lost")].iloc[0]
    assert lost["decision"] == "helps"
    assert lost["effect"] == pytest.approx(1.98, abs=0.03)


def test_decisions_say_where_a_method_stands_and_what_it_costs():
    table = decided()
    assert set(zip(table["role"], table["regulariser"], table["loss"], table["architecture"], strict=True)) == {
        ("reconstruction", "none", "minimax", "dense")
    }
    assert set(table["precision"]) == {SAME}
    assert dict(zip(table["outcome"], table["about"], strict=True))["FD-cls"] == "quality"
    assert table[["flops", "times_flops"]].drop_duplicates().to_numpy().tolist() == [[2000.0, 2.0]]
    cost = table[table["about"] == "cost"].iloc[0]
    assert (cost["decision"], cost["effect"]) == ("hurts", pytest.approx(-np.log10(2)))
    assert np.isnan(cost["p"])


def test_decisions_tell_the_precision_where_it_is_not_the_baselines():
    low = {name: {**method, "precision": "bf16"} for name, method in METHODS.items()}
    cost = priced(gradients_of_two()[0])

    def told(methods):
        return set(decisions(study(), cost, methods, {"helped": "gan"}, SETTINGS)["precision"])

    assert told(METHODS | {"helped": low["helped"]}) == {"bf16"}
    assert told(low) == {SAME}


def test_the_family_is_what_the_config_asks():
    both = decided(outcomes=["lost", "fd"])
    assert set(both["about"]) == {"vanishing", "quality"}
    assert both["p_holm"].min() == pytest.approx(2 * 2 / 1024)


def test_headline_numbers():
    verdicts = pd.DataFrame(
        {
            "dataset": "digits",
            "method": ["gan", "gan"],
            "network": ["generator", "discriminator"],
            "verdict": "vanishing",
        }
    )
    record = headline(study(), verdicts)
    assert record["digits"]["gan"]["lost"] == pytest.approx(2)
    assert record["digits"]["gan"]["vanishing"] == 1


def run(name: str, kind: str, **config) -> dict:
    member = {"seed": 0, "seconds": 2.0, "rounds": 5, "flops": 50, "parameters": {"generator": 3, "discriminator": 4}}
    return {"dataset": "digits", kind: name, "config": config, "members": [member]}


def test_a_study_without_autoencoders_has_an_empty_table_of_numbers():
    table = joined([], ["dataset", "value"])
    assert [*table.columns] == ["dataset", "value"]
    assert not np.isfinite(table["value"]).any()


def test_training_the_autoencoder_is_charged_to_the_methods_that_use_it():
    table = costs(
        [run("gan", "method"), run("latent", "method", autoencoder="dense")],
        [run("dense", "autoencoder"), run("other", "autoencoder")],
    )
    assert list(zip(table["method"], table["phase"], strict=True)) == [
        ("gan", "gan"), ("latent", "autoencoder"), ("latent", "gan"),
    ]  # fmt: skip
    assert (table["parameters"] == 7).all()


def test_pictures_are_the_first_of_every_seed_and_the_first_seed_s_reconstructions(tmp_path):
    def stored(kind: str, name: str, block: str, array: np.ndarray):
        path = tmp_path / kind / "digits" / name / block / "file.npy"
        path.parent.mkdir(parents=True)
        np.save(path, array)
        return path

    images = np.arange(2 * 30, dtype=np.uint8).reshape(2, 30, 1, 1, 1)
    samples = [stored("gan", "gan", "0-1", images), stored("gan", "gan", "2-3", images + 100)]
    decoded = [stored("autoencoder", "dense", "0-1", images), stored("autoencoder", "dense", "2-3", images + 100)]
    np.save(tmp_path / "test.npy", images[0])
    chosen = pictures(samples, decoded, {"digits": tmp_path / "test.npy"})
    assert chosen["samples/digits/gan"].shape == (4, SAMPLES, 1, 1, 1)
    assert chosen["samples/digits/gan"][2, 0, 0, 0, 0] == 100
    assert np.array_equal(chosen["reconstructions/digits/dense"], images[0, :12])
    assert np.array_equal(chosen["originals/digits"], images[0, :12])


def test_of_points_there_are_more(tmp_path):
    points = np.random.default_rng(0).normal(size=(2, POINTS + 5, 2)).astype(np.float32)
    for kind in ("gan", "autoencoder"):
        (tmp_path / kind / "ring" / "name" / "0-1").mkdir(parents=True)
        np.save(tmp_path / kind / "ring" / "name" / "0-1" / "file.npy", points)
    np.save(tmp_path / "test.npy", points[0])
    files = ([tmp_path / kind / "ring" / "name" / "0-1" / "file.npy"] for kind in ("gan", "autoencoder"))
    chosen = pictures(*files, {"ring": tmp_path / "test.npy"})
    assert np.array_equal(chosen["samples/ring/name"], points[:, :POINTS])
    assert np.array_equal(chosen["reconstructions/ring/name"], points[0, :POINTS])
    assert np.array_equal(chosen["originals/ring"], points[0, :POINTS])
    write_tensors(tmp_path / "pictures.safetensors", chosen)
    tables = ["gradients", "verdicts", "quality", "cost", "decisions", "autoencoders", "autoencoder_quality", "latents"]
    for table in tables:
        write_table(tmp_path / f"{table}.parquet", pd.DataFrame({"a": [1]}))
    paths = [tmp_path / f"{table}.parquet" for table in tables]
    study = load_study("s", ["ring"], ["name"], paths, tmp_path / "pictures.safetensors")
    assert np.array_equal(study.originals["ring"], points[0, :POINTS])
    assert np.array_equal(study.samples["ring", "name"], points[:, :POINTS])


def test_the_worst_reconstructions_are_picked_with_their_originals(tmp_path):
    folder = tmp_path / "autoencoder" / "digits" / "dense"
    real = np.full((20, 2, 2, 1), 100, np.uint8)
    errors = np.random.default_rng(0).permutation(20).astype(np.uint8)
    for block, decoded in (("0-1", real - errors[:, None, None, None]), ("2-3", real)):
        (folder / block).mkdir(parents=True)
        np.save(folder / block / "file.npy", np.stack([decoded, real]))
    np.save(tmp_path / "test.npy", real)
    decoded = [folder / block / "file.npy" for block in ("0-1", "2-3")]
    found = pictures([], decoded, {"digits": tmp_path / "test.npy"})["worst/digits/dense"]
    assert found.shape == (2, 12, 2, 2, 1)
    assert (found[0] == 100).all()
    assert (100 - found[1, :, 0, 0, 0]).tolist() == list(range(19, 7, -1))  # of the first seed, the worst first


def test_what_members_show_comes_back_as_it_was_written(tmp_path):
    kept = {
        "rounds": np.array([0, 9]),
        "film": np.zeros((2, 3, 4, 2), np.float32),
        "paths": np.ones((1, 5, 2), np.float32),
    }
    shown = tmp_path / "gan" / "ring" / "gan" / "0-1" / "exhibit.safetensors"
    write_tensors(shown, kept)
    np.save(tmp_path / "test.npy", np.zeros((6, 2), np.float32))
    write_tensors(tmp_path / "picked", pictures([], [], {"ring": tmp_path / "test.npy"}, [shown]))
    names = ["gradients", "verdicts", "quality", "cost", "decisions", "autoencoders", "autoencoder_quality", "latents"]
    for name in names:
        write_table(tmp_path / f"{name}.parquet", pd.DataFrame({"a": [1]}))
    paths = [tmp_path / f"{name}.parquet" for name in names]
    exhibit = load_study("s", ["ring"], ["gan"], paths, tmp_path / "picked").exhibits["ring", "gan"]
    for part, array in kept.items():
        np.testing.assert_array_equal(getattr(exhibit, part), array)
    assert exhibit.neighbours.size == 0


def test_what_is_not_defined_on_a_data_set_is_left_out():
    quality_of = pd.concat([quality("gan", seed, 1.0) for seed in (0, 1)])
    quality_of.loc[quality_of["metric"] == "coverage", "value"] = np.nan
    table = outcomes(pd.concat([history("gan", seed, [1.0, 1.0]) for seed in (0, 1)]), quality_of)
    assert set(table["outcome"]) == {"lost", "grown", "fd", "flops"}


def test_a_table_without_rows_does_not_take_the_types_of_its_siblings_away(tmp_path):
    write_table(tmp_path / "full.csv", pd.DataFrame({"metric": ["fd"], "value": [0.5]}))
    write_table(tmp_path / "empty.csv", pd.DataFrame({"metric": [], "value": []}))
    table = joined([tmp_path / "full.csv", tmp_path / "empty.csv"], ["metric", "value"])
    assert table["value"].dtype == float
    assert len(table) == 1
