"""What each process does in test_data_parallel.py: torchrun runs this file.

Usage: distributed_worker.py FOLDER; the folder has tiny methods as JSON, by name, and receives the weights that each
process ends with.
"""

import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

from safetensors.torch import save_file

from aegan.pipeline.distributed_job import join_process_group
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train, train_cohort
from aegan.training.cost import flops_per_round
from aegan.training.data_parallel import global_rank

folder = Path(sys.argv[1])
tiny = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "tiny.py")))
with join_process_group("cpu"):
    for name, method in json.loads((folder / "methods.json").read_text("utf-8")).items():
        member, observers = tiny.member_factory(method)(0)
        train(member, method["rounds"], observers)
        (folder / f"{name}-{global_rank()}.json").write_text(json.dumps(member.divergence), "utf-8")
        save_file(tiny.weights(member.game), folder / f"{name}-{global_rank()}.safetensors")

    # one that stops half way and is resumed
    make_member = tiny.member_factory(method)
    kept = Checkpoints(folder / "kept", "print")
    for rounds in (method["rounds"] // 2, method["rounds"]):
        cohort = train_cohort([0], rounds, make_member, kept)
    save_file(tiny.weights(cohort.members[0].game), folder / f"resumed-{global_rank()}.safetensors")
    (folder / f"flops-{global_rank()}").write_text(str(flops_per_round(make_member(0)[0])))
