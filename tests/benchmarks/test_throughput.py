"""Counting, and the figure, of benchmarks/throughput.py."""

import logging

import pytest
import torch
from benchmarks.roofline import Traffic, roofline_at
from benchmarks.throughput import Loop, collect_warnings, find_rounds, list_loops, make_tasks, measure_task, time_loop
from benchmarks.throughput_figure import draw_throughput

CEILING = {"float32_flops": 100.0, "bytes": 10.0}


def test_traffic_by_hand():
    """A product reads two matrices and writes one; a view moves nothing."""
    a, b = torch.ones(2, 3), torch.ones(3, 4)
    with Traffic() as traffic:
        (a @ b).T.flatten(0)
    assert traffic.total == 4 * (2 * 3 + 3 * 4 + 2 * 4) + 4 * (8 + 8)  # flattening the transposed copies it


def test_the_roof_is_the_lower_of_two():
    assert roofline_at(2.0, CEILING) == 20.0
    assert roofline_at(50.0, CEILING) == 100.0


@pytest.fixture(scope="module")
def rows():
    """Measure the loops as a GPU has them, which need no process of their own, on nets as small as can be, one turn."""
    loops = {name: loop for name, loop in list_loops("cuda").items() if "workers" not in name}
    known = {name: loop._replace(threads=1) for name, loop in loops.items()}  # more would wait for each other if busy
    threads = torch.get_num_threads()
    task = make_tasks("cpu", width=2, channels=1, side=8)["dense, minimax"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.throughput.list_loops", lambda _device, **_size: known)
        found = list(measure_task("tiny", task, 1, 0.02))
    torch.set_num_threads(threads)
    return found


def test_each_loop_has_a_row_beside_the_tutorials(rows):
    assert [row["members"] for row in rows] == [1, 1, 1, 8, 32, 8]
    assert rows[0]["over_a"] == 1.0
    assert rows[1]["over_b"] == 1.0
    assert len({row["flops_per_byte"] for row in rows}) == 1


def test_speed_is_told_from_what_it_takes_to_set_up(monkeypatch):
    monkeypatch.setattr("benchmarks.throughput.time_play", lambda _loop, _task, rounds: 0.3 + 0.002 * rounds)
    loop, task = Loop(lambda *_: None, 8, 1), make_tasks("cpu", width=2, channels=1, side=8)["dense, minimax"]
    assert find_rounds(loop, task, 4.0) == 2000
    found = time_loop(loop, task, 2000)
    assert found.rate == pytest.approx(8 / 0.002)
    assert found.setup == pytest.approx(0.3)


def test_what_is_said_against_a_loop_is_kept():
    with collect_warnings("aegan") as found:
        logging.getLogger("aegan").info("all is well")
        logging.getLogger("aegan").warning("rounds are played %s", "one by one")
    assert found == ["rounds are played one by one"]


def test_a_record_is_drawn(rows):
    # so short a measurement may be of no use, even negative
    rows = [row | {"flops_per_second": number * 1e9, "images_per_second": number} for number, row in enumerate(rows, 1)]
    figure = draw_throughput({"device": "here", "rows": rows, "ceilings": {"float32_flops": 1e12, "bytes": 1e10}})
    bars, roof = figure.axes
    assert len(bars.patches) == len(rows)
    assert len(roof.collections) == len(rows)
