"""What a script's `main` takes is what its rule declares, read from both texts."""

import ast
import re
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[2] / "workflow"
RULES = [
    text for file in (WORKFLOW / "rules").glob("*.smk") for text in re.split(r"\n\s*rule\b", file.read_text("utf-8"))
]
#: arguments that every job may have
FROM_THE_JOB = {"names", "seeds", "device"}
#: directives whose values a script may take
DIRECTIVES = {"input", "output", "params", "resources"}
#: declared for Snakemake and the job's surroundings, not for the script
NOT_FOR_SCRIPTS = {"provenance", "code", "processes", "gpu", "mem_mb", "runtime", "raw_digest"}


def declared(rule: str) -> set[str]:
    """Return the names of what a rule declares: keyword arguments one level below a directive."""
    found, directive = set(), ""
    depth = min(len(line) - len(line.lstrip()) for line in rule.splitlines() if line.strip().endswith("params:"))
    for line in rule.splitlines():
        indent, text = len(line) - len(line.lstrip()), line.strip()
        if indent == depth and text.endswith(":"):
            directive = text[:-1]
        elif (
            indent == depth + 4
            and directive in {"input", "output", "params", "resources"}
            and (name := re.match(r"(\w+)=", text))
        ):
            found.add(name[1])
    return found


@pytest.mark.parametrize("script", sorted((WORKFLOW / "scripts").glob("*.py")), ids=lambda path: path.stem)
def test_a_script_takes_what_its_rule_declares(script: Path) -> None:
    (rule,) = [text for text in RULES if f"scripts/{script.name}" in text]
    tree = ast.parse(script.read_text("utf-8"))
    (main,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    arguments = {argument.arg for argument in main.args.kwonlyargs}
    required = {
        a.arg for a, default in zip(main.args.kwonlyargs, main.args.kw_defaults, strict=True) if default is None
    }
    assert required - FROM_THE_JOB <= declared(rule)
    assert declared(rule) - NOT_FOR_SCRIPTS <= arguments
