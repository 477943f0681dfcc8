"""`python -m aegan`: the same as `aegan`."""

from aegan.cli.main import app

app(prog_name="python -m aegan")
