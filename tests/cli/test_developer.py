"""The commands for developers: hidden, and refused outside a checkout of aegan."""

from pathlib import Path

import pytest

from aegan.cli.developer import require_checkout
from aegan.errors import InputError

ROOT = Path(__file__).parents[2]


def test_the_help_names_the_commands_for_users_alone(call):
    output = call("--help").output
    assert " verify " in output
    assert " docs " not in output
    assert " gallery " not in output


@pytest.mark.parametrize("project", [None, '[project]\nname = "my-study"\n', "[project\n", 'project = "aegan"\n'])
@pytest.mark.parametrize("command", ["docs", "gallery"])
def test_outside_a_checkout_they_write_nothing(call, in_folder, command, project):
    if project:
        (in_folder / "pyproject.toml").write_text(project, "utf-8")
    before = set(in_folder.rglob("*"))
    done = call(command)
    assert done.exit_code == 1
    assert "is not in a checkout of aegan" in done.output
    assert "Traceback" not in done.output
    assert set(in_folder.rglob("*")) == before
    with pytest.raises(InputError, match="for developers"):
        require_checkout(in_folder / "docs" / "page.md")


def test_in_a_checkout_documents_are_written_where_asked(call, in_folder):
    (in_folder / "pyproject.toml").write_text('[project]\nname = "aegan"\n', "utf-8")
    assert call("docs", in_folder / "config").exit_code == 0
    written = (in_folder / "config" / "README.md").read_text("utf-8")
    assert written == (ROOT / "config" / "README.md").read_text("utf-8")
