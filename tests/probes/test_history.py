import pytest
import torch

from aegan.errors import InputError
from aegan.probes.history import History

FIRST, SECOND = ("generator", "dense1", "gradient_norm"), ("discriminator", "(all)", "loss")


def recorded():
    history = History()
    history.record(0, {FIRST: torch.tensor(1.5), SECOND: torch.tensor(-2.0, dtype=torch.float64)})
    history.record(7, {SECOND: torch.tensor(float("nan")), FIRST: torch.tensor(1e-30)})
    return history


def test_a_frame_is_tidy_and_in_the_order_of_the_first_recording():
    frame = recorded().to_frame()
    assert list(frame.columns) == ["step", "network", "layer", "quantity", "value"]
    assert frame["step"].tolist() == [0, 0, 7, 7]
    assert list(frame[["network", "layer", "quantity"]].itertuples(index=False, name=None)) == [FIRST, SECOND] * 2
    assert frame["value"].tolist()[:2] == [1.5, -2.0]
    assert frame["value"][2] == float(torch.tensor(1e-30))
    assert frame["value"].isna().tolist() == [False, False, False, True]


def test_state_and_load_round_trip():
    original, loaded = recorded(), History()
    loaded.load_state(original.state(), original.keys)
    assert loaded.to_frame().equals(original.to_frame())
    loaded.record(9, {FIRST: torch.tensor(3.0), SECOND: torch.tensor(4.0)})
    assert loaded.to_frame()["value"].tolist()[-2:] == [3.0, 4.0]


def test_an_empty_history_has_no_state_and_an_empty_frame():
    assert History().state() == {}
    frame = History().to_frame()
    assert len(frame) == 0
    assert frame["value"].dtype == "float64"


def test_a_step_that_lacks_a_key_is_refused():
    history = recorded()
    with pytest.raises(InputError, match=r"step 8.*'loss'"):
        history.record(8, {FIRST: torch.tensor(1.0)})
    with pytest.raises(InputError, match=r"step 8.*'else'"):
        history.record(8, {FIRST: torch.tensor(1.0), SECOND: torch.tensor(1.0), ("a", "b", "else"): torch.tensor(1.0)})
    with pytest.raises(InputError, match="not scalars"):
        history.record(8, {FIRST: torch.ones(2), SECOND: torch.tensor(1.0)})
    with pytest.raises(InputError, match="step 0"):
        History().record(0, {})
    assert history.steps == [0, 7]
    assert len(history.rows) == 2


def test_a_reading_keeps_no_graph():
    history = History()
    history.record(0, {FIRST: torch.ones(1, requires_grad=True) * 2})
    assert not history.rows[0].requires_grad
    assert history.to_frame()["value"].tolist() == [2.0]


def test_a_state_of_another_shape_is_refused_and_an_empty_one_is_loaded():
    history = recorded()
    with pytest.raises(InputError, match=r"\(2, 2\) readings for 2 steps and 1 keys"):
        history.load_state(history.state(), [FIRST])
    history.load_state(History().state(), [])
    assert len(history.to_frame()) == 0
