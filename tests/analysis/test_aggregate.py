"""From the tables of runs to the tables of a study."""

import numpy as np
import pandas as pd

from aegan.analysis.aggregate import join_tables
from aegan.tables import write_table


def test_a_study_without_autoencoders_has_an_empty_table_of_numbers():
    table = join_tables([], ["dataset", "value"])
    assert [*table.columns] == ["dataset", "value"]
    assert not np.isfinite(table["value"]).any()


def test_a_table_without_rows_does_not_take_the_types_of_its_siblings_away(tmp_path):
    write_table(tmp_path / "full.csv", pd.DataFrame({"metric": ["fd"], "value": [0.5]}))
    write_table(tmp_path / "empty.csv", pd.DataFrame({"metric": [], "value": []}))
    table = join_tables([tmp_path / "full.csv", tmp_path / "empty.csv"], ["metric", "value"])
    assert table["value"].dtype == float
    assert len(table) == 1
