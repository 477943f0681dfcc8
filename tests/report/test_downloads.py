"""Tables as downloads: their bytes come back, and the same table gives the same bytes."""

import base64
import gzip

from aegan.report.downloads import list_downloads


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


def test_a_table_that_is_stored_as_gzip_is_linked_and_not_embedded():
    packed = gzip.compress(b"method,value\ngan,1\n", mtime=0)
    (own,) = list_downloads({"gradients.csv.gz": packed})
    assert own == ("gradients.csv.gz", "1", "method, value", "gradients.csv.gz")
    assert not own.embedded
    (small,) = list_downloads({"decisions.csv": b"method,value\ngan,1\n"})
    assert small.embedded
