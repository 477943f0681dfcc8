"""YAML in which a key is there twice is refused, wherever the key is; all other YAML is read as PyYAML reads it."""

import re
from pathlib import Path

import pytest
import yaml

from aegan.errors import InputError
from aegan.strict_yaml import parse_yaml, read_yaml

ROOT = Path(__file__).parent.parent

TWICE = {
    "a: 1\nb: 2\na: 3": "the key a is set twice, in lines 1 and 3",
    "gan:\n  loss: hinge\n  rounds: 9\n  'loss': minimax": "the key gan.loss is set twice, in lines 2 and 4",
    "a: [{b: {c: 1, c: 1}}]": "the key a[0].b.c is set twice, in line 1",
    "a: {b: 1, b: 2}\nc: {d: 1, d: 2}": "the key a.b is set twice, in line 1; the key c.d is set twice, in line 2",
    "1: a\n0x1: b": "the key 0x1 is set twice, in lines 1 and 2",
    "1: a\ntrue: b": "the key true is set twice, in lines 1 and 2",  # Python takes them for the same key
    "ä: 1\nä: 2": "the key ä is set twice, in lines 1 and 2",
    "a: &a {x: 1}\nb: {<<: *a, y: 1, y: 2}": "the key b.y is set twice, in line 2",
    "a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a": "the key b.<< is set twice, in lines 3 and 4",
    "a: 1\r\na: 2": "the key a is set twice, in lines 1 and 2",
    '{"a": 1, "a": 2}': "the key a is set twice, in line 1",  # JSON is YAML
    "path: {{ folder }}": "a mapping is used as a key in line 1; write text with braces in quotes",
    "a: 1\n? [b, c]\n: 2": "a sequence is used as a key in line 2",
}


@pytest.mark.parametrize(("text", "problem"), TWICE.items(), ids=range(len(TWICE)))
def test_a_key_that_is_there_twice_or_is_no_word_is_named_with_file_and_lines(tmp_path, text, problem):
    file = tmp_path / "mine.yaml"
    file.write_bytes(text.encode())
    with pytest.raises(InputError, match=re.escape(f"{file}: {problem}")):
        read_yaml(file)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "a: {x: 1}\nb: {x: 1}\nA: 2",
        "a: [{x: 1}, {x: 1}]",
        "x: &x {a: 1, b: 2}\ny: &y {<<: *x, b: 3}\nz: {<<: *y, a: 4}",
        # the mapping that is merged lies deeper than the one that it is merged into, which is built first
        "top: {deep: {m: &m {<<: {k: 1}, k: 2}}}\nn: {<<: *m, k: 3}",
        "a: &a {x: 1}\nb: &b {y: 2}\nc: {<<: [*a, *b], x: 3}",
        "a: &a {x: [1, 2]}\nb: *a\nc: *a",
        "1: a\n2.5: b\nnull: c\n2001-01-01: d",
        "- a\n- {b: 1}",
    ],
)
def test_other_yaml_is_read_as_usual(text):
    assert parse_yaml(text, "a file") == yaml.safe_load(text)


def test_a_file_that_is_missing_or_not_text_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml: is not there"):
        read_yaml(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("ä: 1".encode("latin-1"))
    for path in (tmp_path / "latin.yaml", tmp_path):
        with pytest.raises(InputError, match="is not readable as YAML"):
            read_yaml(path)


def test_all_yaml_is_read_strictly():
    code = [path for top in ("src", "workflow", "benchmarks") for path in (ROOT / top).glob("**/*") if path.is_file()]
    loading = [path.name for path in code if re.search(rb"safe_load|SafeLoader|yaml\.load|ruamel", path.read_bytes())]
    assert loading == ["strict_yaml.py"]
