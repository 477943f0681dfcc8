import pandas as pd

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


def test_named_tables_lead_with_their_names():
    table = pd.DataFrame({"value": [1.0, 2.0]}, index=[5, 9])
    by_hand = pd.DataFrame({"dataset": "digits", "method": "gan", "value": [1.0, 2.0]}, index=[5, 9])
    pd.testing.assert_frame_equal(tables.named(table, {"dataset": "digits", "method": "gan"}), by_hand)
    assert list(tables.named(table[:0], {"dataset": "digits"}).columns) == ["dataset", "value"]
    assert list(table.columns) == ["value"]
