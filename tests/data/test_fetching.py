import gzip
import hashlib
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from tests.data.idx_cases import ARRAYS, FETCHED, encode_idx

from aegan import progress
from aegan.data import fetching
from aegan.data.fashion_mnist import FashionMnist
from aegan.errors import InputError

CONTENT = dict(zip(FETCHED, map(encode_idx, ARRAYS), strict=True))


ZIPPED = {name: gzip.compress(content) for name, content in CONTENT.items()}


SHA256 = tuple(hashlib.sha256(content).hexdigest() for content in CONTENT.values())


IMAGES = FETCHED[0]


class Handler(BaseHTTPRequestHandler):
    """Serve ZIPPED; the first folder of the path says how."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        _, manner, name = self.path.split("/")
        asked = self.headers.get("Range")
        self.server.requests.append((manner, name, asked))
        content = ZIPPED[name]
        if manner == "missing":
            return self.send_error(404)
        if manner == "corrupt":
            content = content[:40] + bytes([content[40] ^ 1]) + content[41:]
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and manner != "rangeless" else 0
        if start >= len(content):
            return self.send_error(416)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        # A "breaking" server ends each connection after a third of the file, a "dead" one at once.
        end = {"breaking": start + len(content) // 3, "dead": start}.get(manner, len(content))
        self.wfile.write(content[start:end])
        self.close_connection = end < len(content)
        return None

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.requests = []
        http.daemon_threads = True
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield http
        http.shutdown()
        thread.join()


def source(server, *manners, folders=()):
    base = f"http://127.0.0.1:{server.server_address[1]}"
    return FashionMnist(folders=folders, urls=tuple(f"{base}/{manner}/" for manner in manners), sha256=SHA256)


def assert_fetched(folder):
    assert sorted(file.name for file in folder.iterdir()) == sorted(FETCHED)
    for name in FETCHED:
        assert gzip.decompress((folder / name).read_bytes()) == CONTENT[name]


@pytest.mark.parametrize("manner", ["whole", "breaking", "rangeless"])
def test_files_are_downloaded(server, tmp_path, manner):
    source(server, manner).fetch(tmp_path / "new" / "folder")
    assert_fetched(tmp_path / "new" / "folder")


def test_a_broken_connection_is_resumed_where_it_broke(server, tmp_path):
    source(server, "breaking").fetch(tmp_path)
    third = len(ZIPPED[IMAGES]) // 3
    asked = [header for _, name, header in server.requests if name == IMAGES]
    assert asked[:3] == [None, f"bytes={third}-", f"bytes={2 * third}-"]


@pytest.mark.parametrize("manner", ["whole", "rangeless"])
def test_a_part_of_an_earlier_run_is_resumed(server, tmp_path, manner):
    (tmp_path / f"{IMAGES}.part").write_bytes(ZIPPED[IMAGES][:1000])
    source(server, manner).fetch(tmp_path)
    assert server.requests[0] == (manner, IMAGES, "bytes=1000-")
    assert_fetched(tmp_path)


def test_a_whole_part_is_taken(server, tmp_path):
    (tmp_path / f"{IMAGES}.part").write_bytes(ZIPPED[IMAGES])
    source(server, "whole").fetch(tmp_path)
    assert_fetched(tmp_path)


@pytest.mark.parametrize("part", [b"other bytes", ZIPPED[IMAGES] + b"too long"])
def test_a_wrong_part_is_removed_and_the_next_url_starts_anew(server, tmp_path, part):
    (tmp_path / f"{IMAGES}.part").write_bytes(part)
    source(server, "whole", "whole").fetch(tmp_path)
    assert [header for _, name, header in server.requests if name == IMAGES] == [f"bytes={len(part)}-", None]
    assert_fetched(tmp_path)


@pytest.mark.parametrize("manner", ["corrupt", "missing", "dead"])
def test_the_next_url_is_tried(server, tmp_path, manner):
    source(server, manner, "whole").fetch(tmp_path)
    assert_fetched(tmp_path)


def test_wrong_content_leaves_nothing_and_the_error_lists_what_was_tried(server, tmp_path):
    with pytest.raises(InputError) as caught:
        source(server, "corrupt", "missing", folders=(tmp_path / "mine",)).fetch(tmp_path / "target")
    message = str(caught.value)
    for word in (IMAGES, "mine", "No such file", "/corrupt/", "/missing/", "404", "dataset-fashion-mnist"):
        assert word in message
    assert list((tmp_path / "target").iterdir()) == []


def test_an_unfinished_download_stays_a_part(server, tmp_path):
    (tmp_path / f"{IMAGES}.part").write_bytes(ZIPPED[IMAGES][:1000])
    with pytest.raises(InputError, match=r"only 1000 of \d+ bytes arrived"):
        source(server, "dead").fetch(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [f"{IMAGES}.part"]
    assert (tmp_path / f"{IMAGES}.part").stat().st_size == 1000


def test_a_refused_connection_is_an_input_error(server, tmp_path):
    closed = FashionMnist(folders=(), urls=("http://127.0.0.1:1",), sha256=SHA256)
    with pytest.raises(InputError, match="refused"):
        closed.fetch(tmp_path)


def test_local_folders_go_first_and_wrong_ones_are_passed_over(server, tmp_path):
    wrong, right = tmp_path / "wrong", tmp_path / "right"
    for folder, files in ((wrong, {IMAGES: ZIPPED[FETCHED[2]]}), (right, ZIPPED)):
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
    source(server, "whole", folders=(wrong, right)).fetch(tmp_path / "target")
    assert_fetched(tmp_path / "target")
    assert server.requests == []


def test_a_long_download_logs_its_progress(tmp_path, caplog, monkeypatch):
    caplog.set_level(logging.INFO, "aegan")
    monkeypatch.setattr(progress, "PROGRESS_SECONDS", 0.0)
    blocks = [bytes(2**19)] * 4
    response = SimpleNamespace(headers={"Content-Length": 2**21}, read=lambda _: blocks.pop() if blocks else b"")
    fetching._write_response(response, tmp_path / "file.part", 0)
    assert caplog.messages == [f"file: {megabytes} of 2.1 MB" for megabytes in ("0.5", "1.0", "1.6", "2.1")]


def test_a_server_that_sends_without_end_is_left(tmp_path, monkeypatch):
    endless = SimpleNamespace(headers={}, read=bytes)
    monkeypatch.setattr(fetching, "MAX_BYTES", 2**20)
    with pytest.raises(InputError, match=r"the server sends more than 1048576 bytes"):
        fetching._write_response(endless, tmp_path / "a.part", 0)
    assert (tmp_path / "a.part").stat().st_size < 2**21


def test_a_full_disk_stops_a_fetch_at_once(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetching, "_copy_or_download", full)
    with pytest.raises(InputError, match=r"a\.gz\.part: cannot be written, because its disk is too full .*Make space"):
        fetching.fetch_file(tmp_path / "a.gz", "0" * 64, [tmp_path], [], "Install it")
