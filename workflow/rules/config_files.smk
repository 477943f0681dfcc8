from pathlib import Path

from snakemake.exceptions import WorkflowError

from aegan.config.yaml_files import CONFIG, explain_missing_config
from aegan.errors import AeganError
from aegan.strict_yaml import read_yaml

PROJECT = Path(workflow.basedir)


def stop(*messages):
    """End Snakemake before any job starts."""
    raise WorkflowError("\n".join(map(str, messages))) from None


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
