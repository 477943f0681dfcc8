"""Evaluating more samples takes no more memory."""

import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.data.mmap import read_mapped, write_mapped
from aegan.errors import InputError
from aegan.evaluation.feature_spaces import (
    collect_features,
    compute_features,
    compute_reference_blocks,
    draw_rows,
    make_feature_nets,
)
from aegan.evaluation.quality_floor import measure_floor
from aegan.evaluation.sample_quality import evaluate_cohort
from aegan.games.game import Game
from aegan.metrics import blocks
from aegan.metrics.distances import frechet_distance
from aegan.metrics.registry import NEEDS_ALL_SAMPLES
from aegan.storage import read_array, read_tensors, write_array, write_blocks
from aegan.training.sampling import generate_chunks, generate_samples

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_five_times_the_samples_need_no_more_memory():
    benchmark = runpy.run_path(str(ROOT / "benchmarks" / "evaluation.py"))
    few, many = (benchmark["measure_in_new_process"](count, 1000, 8, 1000) for count in (12_000, 60_000))
    assert few["peak_mb"] > 100
    assert many["peak_mb"] < 1.1 * few["peak_mb"]  # features of all would take 53 MB more


def test_samples_written_in_chunks_are_those_made_at_once(tmp_path):
    game = Game(players=(), generate=lambda count, rng: torch.rand(count, 1, 4, 4, generator=rng))
    games = {3: game, 5: game}
    made = (chunk for seed, game in games.items() for chunk in generate_chunks(game, seed, 1300, "cpu"))
    write_blocks(tmp_path / "chunks.npy", (2, 1300), made)
    write_array(tmp_path / "whole.npy", generate_samples(games, 1300, "cpu"))
    assert (tmp_path / "chunks.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()
    assert read_array(tmp_path / "chunks.npy").shape == (2, 1300, 4, 4, 1)


def test_blocks_that_do_not_fill_their_array_leave_no_file(tmp_path):
    with pytest.raises(AssertionError, match="do not fill"):
        write_blocks(tmp_path / "torn.npy", (5,), [np.zeros((2, 3)), np.zeros((2, 3))])
    assert not list(tmp_path.iterdir())


def test_arrays_written_in_blocks_are_safetensors_and_memory_maps(tmp_path):
    floats, counts = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32), np.arange(5)[:, None]
    path = tmp_path / "both.safetensors"
    write_mapped(path, [("train/a", iter([floats[:4], floats[4:]])), ("test/b", [counts])])
    mapped = read_mapped(path)
    assert all(isinstance(array, np.memmap) for array in mapped.values())
    for read in (mapped, read_tensors(path)):  # the format's own library reads the same
        assert np.array_equal(read["train/a"], floats)
        assert np.array_equal(read["test/b"], counts)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match="cannot be read"):
        read_mapped(path)


def images(count, seed):
    return np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 1), dtype=np.uint8)


def test_of_more_samples_than_the_subset_all_are_in_fd_and_the_drawn_ones_in_the_rest(monkeypatch):
    nets, test = make_feature_nets((1, 8, 8), 0), ArrayDataset(images(90, 0))
    reference = {
        name: np.concatenate(list(parts))
        for name, parts in compute_reference_blocks(nets, ArrayDataset(images(200, 1)), test)
    }
    samples = images(150, 2)[None]
    floor = measure_floor(reference, 150, 40)
    monkeypatch.setattr(blocks, "BLOCK", 32)
    quality, _ = evaluate_cohort(nets, [7], samples, samples[:, :0], test, reference, floor, 40)
    of = quality.set_index("metric")
    assert set(of.index[of["n"] == 150]) == NEEDS_ALL_SAMPLES & set(of.index) == {"fd"}
    assert set(of["n"]) == {40, 150}
    made = compute_features(nets["random"], ArrayDataset(samples[0]))
    assert of["value"]["fd"] == pytest.approx(frechet_distance(reference["test/random"], made), rel=1e-6)
    drawn = draw_rows(150, 40, 7)
    fewer = evaluate_cohort(nets, [7], samples[:, drawn], samples[:, :0], test, reference, floor, 40)[0]
    same = [metric for metric in of.index if metric not in NEEDS_ALL_SAMPLES]
    np.testing.assert_allclose(fewer.set_index("metric")["value"][same], of["value"][same], rtol=1e-5)


def test_drawn_rows_are_distinct_ordered_and_of_their_seed():
    assert draw_rows(40, 40, 0) is None
    drawn = draw_rows(100, 40, 0)
    assert (np.diff(drawn) > 0).all()
    assert (drawn >= 0).all()
    assert (drawn < 100).all()
    assert not np.array_equal(drawn, draw_rows(100, 40, 1))
    features = collect_features(make_feature_nets((1, 8, 8), 0)["random"], ArrayDataset(images(100, 0)), 40, 0)
    assert (features.count, len(features.drawn)) == (100, 40)
