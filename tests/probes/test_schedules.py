import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.errors import InputError
from aegan.probes.schedules import SCHEDULES, thin_out
from aegan.registry import build


def steps(name, rounds, points):
    due = build(SCHEDULES, {"name": name, "points": points}, rounds)
    return [step for step in range(rounds + 2) if due(step)]


@pytest.mark.parametrize("name", SCHEDULES)
@given(rounds=st.integers(1, 400), points=st.integers(2, 60))
def test_first_and_last_rounds_are_probed_within_the_points_asked_for(name, rounds, points):
    probed = steps(name, rounds, points)
    assert probed[0] == 0
    assert probed[-1] == rounds - 1
    assert len(probed) <= points


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_single_point_is_the_first_round(name):
    assert steps(name, 10, 1) == [0]


def test_even_steps_by_hand():
    assert steps("evenly", 101, 5) == [0, 25, 50, 75, 100]


def test_a_dense_start_has_a_quarter_of_its_points_in_the_first_fiftieth():
    probed = steps("dense_start", 2001, 20)
    assert probed[:6] == [0, 10, 20, 30, 40, 133]
    assert probed[-1] == 2000
    assert sum(step <= 0.02 * 2000 for step in probed) == 5


def test_logarithmic_steps_by_hand():
    assert steps("logarithmic", 1000, 4) == [0, 9, 99, 999]


@pytest.mark.parametrize("name", SCHEDULES)
def test_more_points_than_rounds_probe_every_round(name):
    assert steps(name, 5, 500) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize(
    ("rounds", "points", "wrong"), [(0, 3, "rounds: is 0"), (5, 0, "points: is 0"), (2.5, 3, "2.5")]
)
def test_numbers_below_one_are_refused(name, rounds, points, wrong):
    with pytest.raises(InputError, match=wrong):
        SCHEDULES[name](rounds, points=points)


def test_a_training_of_unknown_length_is_probed_ever_less_often():
    due = thin_out(10)
    assert [step for step in range(90) if due(step)] == [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 27, 33, 41, 50, 60, 70, 80
    ]  # fmt: skip
    assert [step for step in range(4) if thin_out(1)(step)] == [0, 1, 2, 3]
    with pytest.raises(InputError, match="every: is 0"):
        thin_out(0)
