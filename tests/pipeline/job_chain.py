"""A chain of three jobs from raw data to a report, with the records and metadata that real jobs leave."""

from pathlib import Path
from types import SimpleNamespace

from aegan.pipeline.job_records import list_records, read_record, record_job
from aegan.pipeline.repair import metadata_path
from aegan.pipeline.ro_crate import build_crate
from aegan.provenance import code_digest
from aegan.storage import write_json, write_text

RAW, TRAIN, WEIGHTS, PAGE = "data/raw/a b.npy", "results/data/x/train.npy", "results/gan/w.bin", "reports/s/index.html"
CHAIN = {"prepare": ([RAW], [TRAIN]), "train_gan": ([TRAIN], [WEIGHTS]), "write_report": ([TRAIN, WEIGHTS], [PAGE])}
REPORT = Path("reports/s")


class Files(dict):
    """Named files of a job, as Snakemake gives them: iterating goes over the paths."""

    def __iter__(self):
        return iter(self.values())


def run_job(rule, text="made"):
    """Run one job of the chain, with Snakemake's metadata."""
    read, made = CHAIN[rule]
    outputs = Files({f"file{i}": path for i, path in enumerate(made)}, provenance=f"results/provenance/{rule}/s.json")
    params = {"code": code_digest(f"workflow/scripts/{rule}.py")}
    job = SimpleNamespace(rule=rule, wildcards={}, params=params, input=Files(enumerate(read)), output=outputs)
    with record_job(job):
        for path in made:
            write_text(path, f"{rule} {text}")
    for path in outputs:
        write_json(metadata_path(Path(path)), {"rule": rule})


def run_chain():
    """Write the raw data, and run all jobs."""
    write_text(RAW, "raw")
    for rule in CHAIN:
        write_text(f"workflow/scripts/{rule}.py", f"print('{rule}')")
        run_job(rule)
    write_crate()


def write_crate():
    records = {path: read_record(path) for path in list_records() if path.parent.name != "write_crate"}
    write_json(REPORT / "ro-crate-metadata.json", build_crate("s", records, REPORT))


def flip(path, place):
    """Change one byte of a file."""
    content = bytearray(Path(path).read_bytes())
    content[place] ^= 1
    Path(path).write_bytes(content)
