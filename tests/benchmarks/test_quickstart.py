"""What benchmarks/quickstart.py counts, and the bare loop that it and benchmarks/rounds.py compare with."""

import numpy as np
import pytest
import torch
from benchmarks.bare_loop import play_bare_loop
from benchmarks.quickstart_figure import draw_quickstart
from benchmarks.study import SCRIPTS
from benchmarks.throughput import Loop

from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.data.array_dataset import ArrayDataset
from aegan.games.assembly import make_autoencoder_game
from aegan.storage import write_json
from aegan.training.cohort import train
from benchmarks import quickstart, rounds


def test_the_bare_loop_trains_as_ours_where_neither_order_nor_noise_matters(tiny):
    same_rows = ArrayDataset(np.repeat(tiny.images(1), 40, axis=0))
    game = lambda: make_autoencoder_game(tiny.entry(), (1, 8, 8), 0)  # noqa: E731
    bare, ours = (tiny.member(game(), rows=same_rows) for _ in range(2))
    before = tiny.weights(bare.game)
    play_bare_loop(bare, 5)
    train(ours, 5, [])
    for name, expected in tiny.weights(ours.game).items():
        torch.testing.assert_close(tiny.weights(bare.game)[name], expected)
    assert not tiny.identical(tiny.weights(bare.game), before)


def test_all_that_the_quickstart_trains_has_a_bare_loop(tiny):
    config = load_config(merge_config_files([quickstart.CONFIG]))
    for training in quickstart.list_trainings(config):
        member = quickstart.make_bare_member(config, training, ArrayDataset(tiny.images(70)))
        before = tiny.weights(member.game)
        play_bare_loop(member, 1)
        after = tiny.weights(member.game)
        moved = {key.partition("/")[0] for key in before if not torch.equal(before[key], after[key])}
        assert moved == {player.name for player in member.game.players}, training


def test_rounds_of_all_members_by_hand(tmp_path):
    config = load_config(merge_config_files([quickstart.CONFIG]))
    write_json(tmp_path / "autoencoder/digits/dense/0-4/run.json", {"members": [{"rounds": 30}, {"rounds": 12}]})
    played = quickstart.count_rounds(config, 5, tmp_path)
    assert played["autoencoder", "dense"] == 42
    assert played["gan", "gan_r1"] == 5 * 2000
    assert played["diagnosis", "gan"] == 5 * 1001
    every = config.model_copy(update={"diagnosis": config.diagnosis.model_copy(update={"stages": "all"})})
    assert quickstart.count_rounds(every, 5, tmp_path)["diagnosis", "gan"] == 3 * 5 * 1001


def test_every_rule_belongs_to_a_phase():
    phases = quickstart.list_phases()
    assert set(phases) == {script.stem for script in SCRIPTS.glob("*.py")}
    assert list(dict.fromkeys(phases.values()))[:4] == ["data", "autoencoder", "latents", "gan"]
    assert phases["reproduce"] == "reproductions"


def test_job_seconds_relative_to_bare_training_by_hand(tmp_path):
    for path, seconds in {
        "train_gan/digits/gan/0-4": 30,
        "train_gan/digits/article/0-4": 20,
        "draw/quickstart": 5,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{path}.tsv").write_text(f"s\th:m:s\n{seconds}\t0:00:30\n")
    jobs = quickstart.read_job_seconds(tmp_path)
    assert jobs == {"draw": [5.0], "train_gan": [20.0, 30.0]}
    assert quickstart.compare_with_bare(jobs, 40.0) == {"phases": {"gan": 1.25, "report": 0.125}, "ratio": 1.375}


def test_a_record_is_drawn():
    study = {"phases": {"gan": 1.25, "report": 0.125}, "ratio": 1.375, "wall": 60.0, "setup": 5.0}
    (axes,) = draw_quickstart({"device": "here", "studies": {"0-4": study, "0-11": study}}).axes
    assert [patch.get_width() for patch in axes.patches] == [1.25, 0.125] * 2
    assert axes.patches[1].get_x() == 1.25


def test_rounds_are_compared_with_those_of_the_first_loop(monkeypatch):
    seconds = {"bare": 0.002, "ours": 0.001}
    monkeypatch.setattr("benchmarks.throughput.time_play", lambda loop, _task, count: 0.5 + count * seconds[loop.play])
    found = rounds.measure_rounds(rounds.make_tasks()["gan"], 2, 1.0, {name: Loop(name, 1, 1) for name in seconds})
    assert found["ours"]["milliseconds"] == pytest.approx(1.0)
    assert found["ours"]["over_bare"] == pytest.approx(0.5)
    assert found["bare"]["setup_seconds"] == pytest.approx(0.5)
