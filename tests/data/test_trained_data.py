import pytest

from aegan.data.trained_data import check_trained_on, describe_training_data
from aegan.errors import InputError

MANIFEST = {
    "dtype": "uint8",
    "layout": "NHWC",
    "range": [0.0, 255.0],
    "shards": {"train": {"values_sha256": "abc"}},
}


def test_a_run_of_the_same_data_passes_and_any_other_is_refused():
    run = describe_training_data(MANIFEST)
    assert run == {"data": "abc", "scaling": {"dtype": "uint8", "layout": "NHWC", "range": [0.0, 255.0]}}
    check_trained_on("x", run, MANIFEST)
    other_bytes = MANIFEST | {"shards": {"train": {"values_sha256": "def"}}}
    with pytest.raises(InputError, match=r"x: was trained on other data.*snakemake"):
        check_trained_on("x", run, other_bytes)
    for change in ({"dtype": "float32"}, {"layout": "NCHW"}, {"range": [0.0, 1.0]}):
        with pytest.raises(InputError, match=r"x: was trained on .*0.0, 255.0.*, but the data set is .* now"):
            check_trained_on("x", run, MANIFEST | change)
