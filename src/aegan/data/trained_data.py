"""What a run records of the data that it was trained on, so that other data are read and compared alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aegan.errors import InputError

#: keys of a manifest that say how raw values become pixels
SCALING_KEYS = ("dtype", "layout", "range")


def describe_training_data(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hash of a data set's train split as `data`, and as `scaling` how its raw values became pixels."""
    scaling = {key: manifest[key] for key in SCALING_KEYS}
    return {"data": manifest["shards"]["train"]["values_sha256"], "scaling": scaling}


def check_trained_on(where: object, run: Mapping[str, Any], manifest: Mapping[str, Any]) -> None:
    """Check that a run was trained on a data set as it is now.

    Args:
        where: the run, which an error names.
        run: its record.
        manifest: of the data set.

    Raises:
        InputError: the run was trained on other data, or the data were scaled in another way.
    """
    now = describe_training_data(manifest)
    fix = "Call `snakemake`, which trains it again on these data"
    if run["data"] != now["data"]:
        raise InputError(where, "was trained on other data than the data set's folder holds now", fix)
    if run["scaling"] != now["scaling"]:
        raise InputError(where, f"was trained on {run['scaling']}, but the data set is {now['scaling']} now", fix)
