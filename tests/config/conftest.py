"""Fixtures of the config's tests."""

from typing import Any

import pytest
from tests.config.config_changes import ROOT

from aegan.config.yaml_files import merge_config_files


@pytest.fixture
def raw() -> dict[str, Any]:
    """The quickstart's config, not validated."""
    return merge_config_files([ROOT / "config" / "config.yaml"])
