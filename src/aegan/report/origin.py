"""When and with which commit a study was trained, from the records of its runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aegan.figures.numbers import join_words
from aegan.provenance import NOT_IN_GIT

HASH_LENGTH = 10  #: of the hash of a commit in the sentence; the provenance has all of it


def describe_origin(provenance: Mapping[str, Any]) -> str:
    """State the dates of the study's trainings and the commits of their code, in a sentence.

    Args:
        provenance: `dates` and `commits` list those of all runs; the records of older versions have neither. `page` is
            the commit of the code that decides, draws and writes.
    """
    dates, commits = (sorted(provenance.get(key, ())) for key in ("dates", "commits"))
    if not dates or not commits:
        return "The records of its runs do not name the date and the commit."
    when = " to ".join(dict.fromkeys([dates[0], dates[-1]]))
    page = provenance.get("page", "")
    decided = f"; decided, drawn and written {_name_code(page)}" if page and commits != [page] else ""
    return f"Trained on {when} {join_words([_name_code(commit) for commit in commits])}{decided}."


def _name_code(commit: str) -> str:
    name, _, state = commit.partition(" ")
    return "with code that is not in Git" if commit == NOT_IN_GIT else f"at commit {name[:HASH_LENGTH]} {state}".strip()
