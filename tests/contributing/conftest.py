"""These files are additions: they run in the copy of the library that test_contributing.py makes, not here."""

collect_ignore_glob = ["*"]
