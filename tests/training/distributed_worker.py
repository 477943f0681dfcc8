"""What each process of a crew does in test_parallel.py: torchrun runs this file.

Usage: crew.py FOLDER; the folder has tiny methods as JSON, by name, and gets the weights each process ends with.
"""

import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

from safetensors.torch import save_file

from aegan.pipeline.distributed_job import team
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train, train_cohort
from aegan.training.cost import flops_per_round
from aegan.training.data_parallel import rank

folder = Path(sys.argv[1])
tiny = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "tiny.py")))
with team("cpu"):
    for name, chosen in json.loads((folder / "methods.json").read_text("utf-8")).items():
        member, observers = tiny.recruits(chosen)(0)
        train(member, chosen["rounds"], observers)
        (folder / f"{name}-{rank()}.json").write_text(json.dumps(member.divergence), "utf-8")
        save_file(tiny.weights(member.game), folder / f"{name}-{rank()}.safetensors")

    # one that stops half way, and is taken up again
    recruit = tiny.recruits(chosen)
    kept = Checkpoints(folder / "kept", "print")
    for rounds in (chosen["rounds"] // 2, chosen["rounds"]):
        cohort = train_cohort([0], rounds, recruit, kept)
    save_file(tiny.weights(cohort.members[0].game), folder / f"resumed-{rank()}.safetensors")
    (folder / f"flops-{rank()}").write_text(str(flops_per_round(recruit(0)[0])))
