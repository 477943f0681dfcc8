"""The thresholds of the config are those that verdicts have."""

import pytest
from pydantic import ValidationError

from aegan.config.verdicts import Verdicts
from aegan.probes.findings import Limits, require_limits


def test_the_section_has_the_fields_of_the_limits_and_valid_defaults() -> None:
    require_limits(Limits(**Verdicts().to_params()))


@pytest.mark.parametrize(
    ("key", "value"),
    [("window", 0), ("window", 1), ("depth_decades", 0), ("reference_window", 0.05), ("exploding_norm", 1)],
)
def test_a_threshold_out_of_its_range_is_refused(key: str, value: float) -> None:
    with pytest.raises(ValidationError, match=key):
        Verdicts.model_validate({key: value})
