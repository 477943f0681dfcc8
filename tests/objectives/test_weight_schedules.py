import pytest
from torch.testing import assert_close

from aegan.objectives.weight_schedules import WEIGHT_SCHEDULES, constant, cosine, linear
from aegan.registry import build


def test_constant_is_one():
    assert {constant(10)(step) for step in range(10)} == {1.0}


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        (linear(100, start=2.0, end=0.0, until=0.5), {0: 2.0, 25: 1.0, 50: 0.0, 99: 0.0}),
        (cosine(100, start=1.0, end=0.2), {0: 1.0, 25: 0.2 + 0.8 * (1 + 0.5**0.5) / 2, 50: 0.6, 100: 0.2}),
    ],
)
def test_weights_by_hand(weight, expected):
    for step, value in expected.items():
        assert_close(weight(step), value)


@pytest.mark.parametrize("name", WEIGHT_SCHEDULES)
def test_a_weight_starts_with_the_whole_penalty_unless_told_otherwise(name):
    assert build(WEIGHT_SCHEDULES, {"name": name}, 7)(0) == 1.0
