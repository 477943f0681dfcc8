"""What aegan writes for W&B, read by wandb; nothing of it needs the network or this machine."""

import sys


def test_runs_are_read_back_and_hold_no_links(check):
    folder = check("wandb")
    assert not [path for path in folder.rglob("*") if path.is_symlink()]
    assert len([*folder.glob("digits/gan/*/wandb/offline-run-*/*.wandb")]) == 2
    assert sys.modules["wandb"].run is None  # a run of the user's own would be that
