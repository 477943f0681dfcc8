"""A job of the toy workflow: the sum of the numbers in its inputs and of its param, to every output."""

import os
import time
from pathlib import Path

from aegan.pipeline.job_records import record_job

HEADER = "dataset,method,seed,space,metric,value,floor,n"

with record_job(snakemake):  # noqa: F821 - Snakemake defines it
    job = snakemake  # noqa: F821
    words = [word for path in job.input for word in Path(path).read_text("utf-8").split()]
    total = sum(map(float, words)) + job.params.get("rounds", 0)
    texts = {
        ".txt": f"{total}\n",
        ".csv": f"{HEADER}\ndigits,gan,0,classifier,fd,{total},0,1\n",
        ".json": f'{{"digits": {{"gan": {{"fd": {total}}}}}}}\n',
    }
    if job.rule == os.environ.get("TOY_WAITS_IN"):
        Path("waiting").touch()
        time.sleep(600)
    for name, path in job.output.items():
        if name != "provenance":
            Path(path).write_text(texts[Path(path).suffix], "utf-8")
