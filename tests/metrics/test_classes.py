import numpy as np
import pytest

from aegan.metrics import classes

EVEN = np.repeat(np.arange(10), 1000)[:, None]


def class_balance(real, fake):
    return classes.compare_classes(classes.count_classes([real]), classes.count_classes([fake]))


def test_the_same_classes_cost_nothing():
    assert class_balance(EVEN, EVEN[::-1]) == (pytest.approx(0, abs=1e-12), 1)


def test_a_sample_of_one_class_has_a_high_divergence_and_a_low_coverage():
    collapsed = class_balance(EVEN, np.full((500, 1), 3))
    assert collapsed.class_kl == pytest.approx(np.log(10), abs=1e-3)
    assert collapsed.class_coverage == pytest.approx(1 / 10)


def test_by_hand():
    real, fake = np.array([0, 0, 0, 0, 1, 1])[:, None], np.array([0, 1, 1, 1, 1, 1])[:, None]
    expected = 1 / 6 * np.log((1 / 6) / (4.5 / 7)) + 5 / 6 * np.log((5 / 6) / (2.5 / 7))
    assert class_balance(real, fake) == (pytest.approx(expected), 1)


@pytest.mark.parametrize(("rare", "covered"), [(9, 1 / 2), (10, 1)])
def test_a_class_counts_from_a_tenth_of_its_real_share(rare, covered):
    real, fake = np.repeat([0, 1], 500)[:, None], np.array([0] * (200 - rare) + [1] * rare)[:, None]
    assert class_balance(real, fake).class_coverage == covered


def test_classes_that_real_data_never_fall_into_cost_much_but_are_not_to_be_covered():
    real, fake = np.zeros((1000, 1), int), np.full((50, 1), 1)
    strange = class_balance(real, fake)
    assert np.log(1000) < strange.class_kl < np.inf
    assert strange.class_coverage == 0
    assert class_balance(real, np.concatenate([fake, real])).class_coverage == 1


def test_counts_do_not_depend_on_blocks():
    numbers = np.array([3, 0, 0, 1, 5, 1, 0])[:, None]
    np.testing.assert_array_equal(classes.count_classes([numbers]), [3, 2, 0, 1, 0, 1])
    np.testing.assert_array_equal(classes.count_classes([numbers[:2], numbers[2:4], numbers[4:]]), [3, 2, 0, 1, 0, 1])
