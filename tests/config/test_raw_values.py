import pytest

from aegan.config.raw_values import as_list, as_mapping, expand_name, list_entries, read_name


@pytest.mark.parametrize("value", [None, 3, "text", [1]])
def test_anything_but_a_mapping_is_an_empty_one(value: object) -> None:
    assert as_mapping(value) == {}
    assert as_mapping({"a": value}) == {"a": value}


@pytest.mark.parametrize("value", [None, 3, "text", {"a": 1}])
def test_anything_but_a_list_is_an_empty_one(value: object) -> None:
    assert as_list(value) == []
    assert as_list([value]) == [value]


def test_entries_that_are_no_mappings_are_left_out() -> None:
    raw = {"methods": {"gan": {"role": "none"}, "broken": 3, "empty": None}, "datasets": [1]}
    assert list_entries(raw, "methods") == [("gan", {"role": "none"})]
    assert list_entries(raw, "datasets") == list_entries(raw, "absent") == []


def test_a_selection_is_a_name_or_a_mapping_with_one() -> None:
    assert read_name("r1") == read_name({"name": "r1", "gamma": 1}) == "r1"
    assert read_name({"gamma": 1}) is read_name(None) is None
    assert expand_name("r1") == {"name": "r1"}
    assert expand_name({"name": "r1", "gamma": 1}) == {"name": "r1", "gamma": 1}
