"""Tables as downloads: their bytes come back, and the same table gives the same bytes."""

import base64
import gzip

import numpy as np
import pandas as pd

from aegan.report.downloads import list_downloads
from aegan.tables import write_table


def test_a_table_comes_back_from_its_data_uri_byte_by_byte():
    content = "method,value\nganö,1\nb,2\n".encode()
    (b, a) = list_downloads({"b.csv": content, "a.csv": b"x\n"})[::-1]
    assert (a.name, a.rows, a.columns) == ("a.csv", "0", "x")
    assert (b.name, b.rows, b.columns) == ("b.csv", "2", "method, value")
    kind, _, data = b.source.partition(",")
    assert kind == "data:application/gzip;base64"
    packed = base64.b64decode(data)
    assert gzip.decompress(packed) == content
    assert packed[4:8] == bytes(4)  # gzip's time of writing
    assert list_downloads({}) == []


def test_a_small_table_that_is_stored_as_gzip_is_embedded_as_it_is():
    packed = gzip.compress(b"method,value\ngan,1\n", mtime=0)
    (own,) = list_downloads({"pairs.csv.gz": packed})
    assert own[:3] == ("pairs.csv.gz", "1", "method, value")
    assert base64.b64decode(own.source.partition(",")[2]) == packed
    assert (own.embedded, own.packed_name) == (True, "pairs.csv.gz")
    (plain,) = list_downloads({"pairs.csv": gzip.decompress(packed)})
    assert plain == own._replace(name="pairs.csv")
    assert plain.packed_name == "pairs.csv.gz"


def test_what_is_large_or_parquet_is_linked_and_not_embedded(tmp_path):
    noise = np.random.default_rng(0).random(20_000)
    content = pd.DataFrame({"value": noise}).to_csv(index=False).encode()
    assert list_downloads({"quality.csv": content}) == [("quality.csv", "20,000", "value", "quality.csv")]
    assert list_downloads({"quality.csv": content[:100_000]})[0].embedded
    write_table(tmp_path / "gradients.parquet", pd.DataFrame({"method": ["gan"], "value": [1.0]}))
    (own,) = list_downloads({"gradients.parquet": (tmp_path / "gradients.parquet").read_bytes()})
    assert own == ("gradients.parquet", "1", "method, value", "gradients.parquet")
    assert not own.embedded
