"""`aegan init`: lay a folder with a study that runs outside a checkout of aegan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shlex import quote

from aegan.errors import InputError
from aegan.pipeline.workflow_files import PROJECT
from aegan.storage import write_text

TEMPLATES = Path(__file__).with_name("study_folder")
#: the files of a study folder: path in it -> the file that is copied
FILES: Mapping[str, Path] = {
    **{
        f"config/{name}": PROJECT / "config" / name
        for name in ("config.yaml", "tracked.yaml", "schema.json", "README.md")
    },
    **{
        f"workflow/profiles/{name}/config.yaml": PROJECT / "workflow" / "profiles" / name / "config.yaml"
        for name in ("default", "slurm", "kubernetes")
    },
    "workflow/Snakefile": TEMPLATES / "Snakefile",
    # under another name, because DVC reads every dvc.yaml of a repository
    "dvc.yaml": TEMPLATES / "dvc_stage.yaml",
    ".gitignore": TEMPLATES / "gitignore",
    ".dvcignore": TEMPLATES / "dvcignore",
    "data/raw/README.md": TEMPLATES / "raw_data.md",
}


def init_study(folder: Path) -> list[str]:
    """Lay the files of a study in a folder, which may hold other files.

    Returns:
        The lines to print: the files, and what to do next.

    Raises:
        InputError: one of the files exists, and nothing was written; or the folder cannot be written.
    """
    for name in FILES:
        if (folder / name).exists():
            fix = "Give another folder, or move it away"
            raise InputError(folder / name, "exists already, and nothing is overwritten", fix)
    for name, source in FILES.items():
        write_text(folder / name, source.read_text("utf-8"))
    written = [f"wrote {folder / name}" for name in FILES]
    return [
        *written,
        f"next: cd {quote(str(folder))}; aegan check; aegan run (`aegan new-study DATA` for your own data)",
    ]
