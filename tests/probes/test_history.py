import pytest
import torch

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
    with pytest.raises(KeyError):
        recorded().record(8, {FIRST: torch.tensor(1.0)})
