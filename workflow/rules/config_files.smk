from pathlib import Path

from snakemake.exceptions import WorkflowError

from aegan.config.yaml_files import CONFIG, explain_missing_config
from aegan.errors import AeganError
from aegan.strict_yaml import read_yaml

# the folder of rules and scripts: where aegan is used as a module, it is not that of the Snakefile that was called
WORKFLOW = Path(str(workflow.current_basedir)).parent
BASE = Path(workflow.basedir)
PROJECT = BASE.parent if BASE.name == "workflow" else BASE


def stop(*messages):
    """End Snakemake before any job starts."""
    raise WorkflowError("\n".join(map(str, messages))) from None


if not WORKFLOW.is_dir():
    stop(
        f"aegan cannot be used as a module from {WORKFLOW}: clone its repository and name workflow/Snakefile in the clone,"
        " or install it and call `aegan init FOLDER`"
    )

# Snakemake does not say where else a config could be, and keeps the last of two equal keys. Users edit profiles, too.
if workflow.is_main_process:
    overlays = [Path(path) for path in workflow.overwrite_configfiles]
    profiles = PROJECT.glob("workflow/profiles/*/config.yaml")
    if not overlays and not CONFIG.is_file():
        stop(explain_missing_config(PROJECT))
    try:
        for path in [CONFIG, *overlays, *profiles]:
            if path.is_file():
                read_yaml(path)
    except AeganError as error:
        stop(error)
