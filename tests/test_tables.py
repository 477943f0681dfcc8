"""Tables on disk, and the names in them."""

import gzip
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from aegan import tables

TABLE = pd.DataFrame({"name": ["a", 'b,\n"c"'], "seed": [0, 1], "value": [0.1, float("nan")], "tiny": [1e-300, 1 / 3]})


def test_parquet_round_trips_exactly(tmp_path):
    tables.write_table(tmp_path / "table.parquet", TABLE)
    pd.testing.assert_frame_equal(tables.read_table(tmp_path / "table.parquet"), TABLE, check_exact=True)


def test_csv_round_trips_to_nine_digits_and_so_any_float32_exactly(tmp_path):
    tables.write_table(tmp_path / "table.csv", TABLE)
    back = tables.read_table(tmp_path / "table.csv")
    pd.testing.assert_frame_equal(back, TABLE, rtol=1e-9, atol=0)
    pd.testing.assert_series_equal(back["tiny"].astype("float32"), TABLE["tiny"].astype("float32"), check_exact=True)


def test_tables_are_what_their_suffix_says(tmp_path):
    for suffix in ("csv", "parquet"):
        tables.write_table(tmp_path / f"table.{suffix}", TABLE)
    assert (tmp_path / "table.csv").read_bytes().startswith(b"name,seed,value,tiny\na,0,0.1,1e-300\n")
    assert (tmp_path / "table.parquet").read_bytes()[:4] == b"PAR1"


def test_a_gzipped_table_is_read_as_it_is_and_has_the_same_bytes_again(tmp_path):
    plain, first, second = (tmp_path / name for name in ("table.csv", "table.csv.gz", "again/table.csv.gz"))
    for path in (plain, first, second):
        tables.write_table(path, TABLE)
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes()[4:8] == bytes(4)  # gzip's time of writing
    assert gzip.decompress(first.read_bytes()) == plain.read_bytes()
    pd.testing.assert_frame_equal(tables.read_table(first), tables.read_table(plain), check_exact=True)


def test_the_file_of_a_table_names_it():
    names = {name: tables.name_table_file(name) for name in ("gradients", "pairs", "decisions")}
    assert names == {"gradients": "gradients.parquet", "pairs": "pairs.csv.gz", "decisions": "decisions.csv"}
    assert [tables.name_table(f"reports/v1.2/{file}") for file in (*names.values(), "probe.parquet")] == [
        *names,
        "probe",
    ]


def test_a_table_of_an_older_report_is_found(tmp_path):
    assert tables.find_table(tmp_path, "pairs") == tmp_path / "pairs.csv.gz"
    for suffix in ("csv", "csv.gz"):  # the last is that of this version
        (tmp_path / f"pairs.{suffix}").touch()
        assert tables.find_table(tmp_path, "pairs") == tmp_path / f"pairs.{suffix}"
    (tmp_path / "gradients.csv.gz").touch()
    assert tables.find_table(tmp_path, "gradients") == tmp_path / "gradients.csv.gz"


def test_gradients_are_small_and_right_to_six_digits(tmp_path):
    values = np.random.default_rng(0).lognormal(sigma=30, size=100_000)
    values[:5] = 0, -0.25, np.inf, -np.inf, np.nan
    table = pd.DataFrame({"layer": "dense1", "seed": np.arange(100_000) % 12, "value": values})
    tables.write_table(tmp_path / "gradients.parquet", table)
    back = tables.read_table(tmp_path / "gradients.parquet")
    assert back[["layer", "seed"]].equals(table[["layer", "seed"]])
    np.testing.assert_array_equal(back["value"][:5], values[:5])
    np.testing.assert_allclose(back["value"], values, rtol=5e-7, atol=0)
    assert not back["value"].equals(table["value"])
    tables.write_table(tmp_path / "other.parquet", table)
    small, whole = ((tmp_path / f"{name}.parquet").stat().st_size for name in ("gradients", "other"))
    assert small < 0.6 * whole


def test_named_tables_lead_with_their_names():
    table = pd.DataFrame({"value": [1.0, 2.0]}, index=[5, 9])
    by_hand = pd.DataFrame({"dataset": "digits", "method": "gan", "value": [1.0, 2.0]}, index=[5, 9])
    pd.testing.assert_frame_equal(tables.prepend_columns(table, {"dataset": "digits", "method": "gan"}), by_hand)
    assert list(tables.prepend_columns(table[:0], {"dataset": "digits"}).columns) == ["dataset", "value"]
    assert list(table.columns) == ["value"]


def test_distinct_values_keep_their_order_and_leave_gaps_out():
    assert tables.list_distinct(pd.Series(["b", None, "a", "b", 3])) == ["b", "a", "3"]


def test_a_pivot_keeps_nan_and_refuses_a_value_that_stands_twice():
    tidy = pd.DataFrame({"seed": [0, 0, 1], "quantity": ["loss", "norm", "norm"], "value": [1.0, float("nan"), 3.0]})
    wide = tables.pivot_values(tidy, ["seed"], "quantity")
    assert list(wide.columns) == ["loss", "norm"]
    assert wide["norm"].isna().tolist() == [True, False]
    with pytest.raises(ValueError, match="duplicate"):
        tables.pivot_values(pd.concat([tidy, tidy]), ["seed"], "quantity")


def test_an_autoencoders_table_is_read_like_a_methods():
    table = pd.DataFrame({"dataset": ["digits"], "autoencoder": ["dense"]})
    assert list(tables.rename_autoencoder_to_method(table).columns) == ["dataset", "method"]


def test_a_name_of_a_column_costs_no_import_of_pandas():
    code = "import sys; import aegan.tables; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
