import pandas as pd
import pytest

from aegan.errors import InputError
from aegan.probes.norm_tables import require_columns, tabulate_layer_norms

ROWS = [
    (1, "b", "gradient_norm", 3.0),
    (1, "a", "gradient_norm", 4.0),
    (1, "(all)", "gradient_norm", 5.0),
    (0, "b", "gradient_norm", 0.0),
    (0, "a", "gradient_norm", 1.0),
    (0, "(all)", "gradient_norm", 1.0),
    (0, "(all)", "loss", -1.0),
    (0, "(all)", "loss", -1.0),
]


def table(rows=ROWS):
    return pd.DataFrame(rows, columns=["step", "layer", "quantity", "value"])


def test_norms_are_tabulated_by_step_and_layer_in_network_order():
    norms = tabulate_layer_norms(table(), "gradient_norm")
    assert norms.index.tolist() == [0, 1]
    assert norms.columns.tolist() == ["b", "a", "(all)"]
    assert norms.to_numpy().tolist() == [[0.0, 1.0, 1.0], [3.0, 4.0, 5.0]]
    assert tabulate_layer_norms(table(), "update_ratio").empty


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([*ROWS, (0, "a", "gradient_norm", 9.0)], "gradient_norm of layer a at step 0 occurs twice"),
        ([*ROWS, (2, "a", "gradient_norm", -0.5)], "gradient_norm of layer a at step 2 is -0.5"),
        ([(0, "a", "gradient_norm", 1.0)], r"layer \(all\) is missing"),
    ],
)
def test_norms_that_cannot_be_are_refused(rows, message):
    with pytest.raises(InputError, match=message):
        tabulate_layer_norms(table(rows), "gradient_norm")


def test_missing_columns_are_named():
    with pytest.raises(InputError, match=r"lacks the columns \['value'\]"):
        tabulate_layer_norms(table().drop(columns="value"), "gradient_norm")
    with pytest.raises(InputError, match=r"\['seed', 'method'\]"):
        require_columns(table(), ["seed", "step", "method"])


def test_layers_that_were_frozen_at_first_have_their_place_in_the_network():
    late = [
        (step, layer) for step in (0, 1, 2) for layer in ("(all)", "a", "b", "c") if step or layer in ("(all)", "c")
    ]
    history = pd.DataFrame(
        [(*own, "gradient_norm", 1.0) for own in late], columns=["step", "layer", "quantity", "value"]
    )
    table = tabulate_layer_norms(history, "gradient_norm")
    assert table.columns.tolist() == ["(all)", "a", "b", "c"]
    assert table.loc[0].isna().tolist() == [False, True, True, False]
