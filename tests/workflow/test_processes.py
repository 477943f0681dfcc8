"""A method that asks for several processes, through the workflow."""

import json

import pytest
from safetensors.numpy import load_file

pytestmark = pytest.mark.slow


def test_a_job_of_two_processes_makes_what_one_makes(make_repository, study):
    repository = make_repository()
    study["methods"]["shared"] = {"role": "none", "processes": 2}
    study["study"] |= {"methods": ["gan", "shared"], "seeds": "0-0"}
    study["report"]["baselines"] = {}
    repository.configure(study)
    folders = [f"results/gan/digits/{name}/0-0" for name in ("gan", "shared")]
    repository.run("snakemake", "--cores", "2", *(f"{folder}/weights.safetensors" for folder in folders))

    alone, shared = (repository.folder / folder for folder in folders)
    assert sorted(file.name for file in shared.iterdir()) == sorted(file.name for file in alone.iterdir())
    expected, made = (load_file(folder / "weights.safetensors") for folder in (alone, shared))
    assert made.keys() == expected.keys()
    assert all(made[key] == pytest.approx(expected[key], rel=1e-3, abs=1e-5) for key in made)
    one, two = (json.loads((folder / "run.json").read_text("utf-8"))["members"] for folder in (alone, shared))
    assert [member["flops"] for member in two] == [member["flops"] for member in one]
    assert not any((repository.folder / ".checkpoints").rglob("*.safetensors"))
    assert "finished 8 rounds" in (repository.folder / "logs/train_gan/digits/shared/0-0.log").read_text("utf-8")
