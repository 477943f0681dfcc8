"""The workflow in the package, to which a checkout has links; tests/workflow/test_elsewhere.py builds a wheel."""

from pathlib import Path

from aegan.pipeline.workflow_files import PROJECT, SCRIPTS, SNAKEFILE

ROOT = Path(__file__).parents[2]


def test_the_package_holds_the_workflow_and_the_config_of_the_checkout():
    assert SNAKEFILE.resolve() == ROOT / "workflow" / "Snakefile"
    assert (PROJECT / "config").resolve() == ROOT / "config"
    assert not PROJECT.parent.is_symlink()
    own, installed = SCRIPTS
    assert not own.is_absolute()
    assert (installed / "train_gan.py").is_file()
