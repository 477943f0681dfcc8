"""Reading a user's own history of gradient norms."""

import math
import re
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aegan.analysis.study_schema import HISTORY
from aegan.cli.csv_history import read_csv_history
from aegan.config.verdicts import Verdicts
from aegan.errors import InputError
from aegan.probes.findings import Limits
from aegan.probes.verdicts import assess_runs

LIMITS = Limits(**Verdicts().model_dump())


def written(folder, text):
    path = folder / "history.csv"
    path.write_text(text, "utf-8")
    return path


def norms(table, layer):
    own = table[(table["layer"] == layer) & (table["quantity"] == "gradient_norm")]
    return own.sort_values("step")["value"].tolist()


def test_a_wide_table_has_a_column_per_layer(tmp_path):
    table = read_csv_history(written(tmp_path, "step,first,second\n0,3,4\n10,0.6,0.8\n"))
    assert list(table.columns) == HISTORY
    assert norms(table, "first") == [3.0, 0.6]
    assert norms(table, "(all)") == pytest.approx([5.0, 1.0])
    assert set(table["network"]) == {"network"}


def test_step_and_one_column_are_the_whole_network(tmp_path):
    table = read_csv_history(written(tmp_path, "step,whatever it is called\n0,3\n10,nan\n20,inf\n"))
    assert set(table["layer"]) == {"(all)"}
    assert norms(table, "(all)") == pytest.approx([3.0, math.nan, math.inf], nan_ok=True)


def test_a_tidy_table_may_have_all_columns_or_few(tmp_path):
    few = read_csv_history(written(tmp_path, "layer,value,step\na,3,0\nb,4,0\n"))
    assert norms(few, "(all)") == [5.0]
    full = "dataset,method,seed,step,network,layer,quantity,value\n"
    rows = "d,m,2,0,g,a,gradient_norm,3\nd,m,2,0,g,(all),gradient_norm,7\nd,m,2,0,g,(all),loss,-1\n"
    table = read_csv_history(written(tmp_path, full + rows))
    assert norms(table, "(all)") == [7.0]  # its own, not made up
    assert (table["seed"] == 2).all()
    assert table["value"].tolist() == [3.0, 7.0, -1.0]


def test_runs_may_be_of_different_length(tmp_path):
    table = read_csv_history(written(tmp_path, "seed,step,a,b\n0,0,3,4\n0,10,3,4\n1,0,3,4\n"))
    assert assess_runs(table, LIMITS)["seed"].tolist() == [0, 1]


def test_a_mark_of_byte_order_and_empty_lines_do_no_harm(tmp_path):
    assert norms(read_csv_history(written(tmp_path, "\ufeffstep,a\n\n0,1\n\n")), "(all)") == [1.0]


BAD = {
    "epoch,a\n0,1\n": "no column step, but epoch, a",
    "step\n0\n": "no column besides step",
    "step,a\n": "holds no rows",
    "": "holds no rows",
    "step,a,a\n0,1,2\n": "column a occurs twice",
    "step,a,b\n0,1\n": "row 1 has 2 fields, the header 3",
    "step,a,b\n0,1,2\n1,1,2,3\n": "row 2 has 4 fields",
    "step,a,b\n0,1,2\n1,x,2\n": "column a, row 2: 'x' is not a number",
    "step,a,b\n0,1,2\n1,,2\n": "column a, row 2: '' is not a number",
    "step,a\n0.5,1\n": "column step, row 1: '0.5' is not a whole number",
    "step,a\n-1,1\n": "column step, row 1: '-1' is not a whole number",
    "step,a\nnan,1\n": "column step, row 1: 'nan' is not a whole number",
    "seed,step,a\nx,0,1\n": "column seed, row 1: 'x' is not a whole number",
    "step,a,b\n0,1,-2\n": "layer b, step 0: the norm -2 is negative",
    "step,a,b\n0,1,2\n0,1,2\n": "layer a has 2 values at step 0",
    "step,layer,value\n0,a,1\n0,b,1\n1,a,1\n": "layer b has 0 values at step 1",
    "step,layer,quantity,value\n0,a,loss,1\n": "no row has gradient_norm",
    "step;a\n0;1\n": "no column step, but step;a",
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_what_no_history_can_hold_is_refused_with_file_column_and_mend(tmp_path, text):
    path = written(tmp_path, text)
    with pytest.raises(InputError, match=re.escape(BAD[text])) as caught:
        read_csv_history(path)
    assert caught.value.where == str(path)
    assert caught.value.fix


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "history.csv"
    path.write_bytes(b"step,a\n\xff\xfe,1\n")
    with pytest.raises(InputError, match="not readable as CSV"):
        read_csv_history(path)
    with pytest.raises(InputError, match="not readable as CSV"):
        read_csv_history(tmp_path / "none.csv")


names = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), min_size=1, max_size=8)
taken = {"step", "dataset", "method", "seed", "network", "layer", "value", "quantity", "(all)"}


@st.composite
def tables(draw):
    """Layers in order, steps in any order, and norms (steps, layers) of which some may not be finite."""
    layers = draw(st.lists(names.filter(lambda name: name not in taken), min_size=2, max_size=5, unique=True))
    steps = draw(st.lists(st.integers(0, 10**9), min_size=1, max_size=6, unique=True))
    value = st.floats(0, 1e30) | st.sampled_from([math.inf, math.nan])
    count = len(layers) * len(steps)
    values = draw(st.lists(value, min_size=count, max_size=count))
    return layers, steps, np.array(values).reshape(len(steps), len(layers))


@settings(max_examples=15)
@given(tables())
def test_wide_and_tidy_are_read_alike(tmp_path_factory, table):
    layers, steps, values = table
    folder = tmp_path_factory.mktemp("own")
    wide = pd.DataFrame(values, columns=layers).assign(step=steps)
    wide.to_csv(folder / "wide.csv", index=False, na_rep="nan")
    tidy = wide.melt("step", var_name="layer", value_name="value")
    tidy.to_csv(folder / "tidy.csv", index=False, na_rep="nan")
    read = [read_csv_history(folder / name) for name in ("wide.csv", "tidy.csv")]
    pd.testing.assert_frame_equal(read[0], read[1])
    of_layers = read[0][read[0]["layer"] != "(all)"]
    assert of_layers["layer"].unique().tolist() == layers
    np.testing.assert_array_equal(of_layers["value"].to_numpy().reshape(len(layers), -1).T, values)
    whole = read[0][read[0]["layer"] == "(all)"].set_index("step")["value"][steps]
    np.testing.assert_allclose(whole, [math.hypot(*row) for row in values])


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "history.csv"
    path.write_bytes(("step,a\n" + text).encode("utf-8", "surrogatepass"))
    with suppress(InputError):
        assert (read_csv_history(path)["layer"] == "(all)").all()
