"""The workflow on real runs: what runs again after which change, and what users bring of their own."""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from aegan.data.trained_data import check_trained_on
from aegan.errors import InputError
from aegan.figures.names import FIGURE_NAMES
from aegan.tables import name_table_file

pytestmark = pytest.mark.slow

REPORT = {"tabulate": 1, "draw": 1, "grade": 1, "write_report": 1, "write_crate": 1}
TABLES = (
    "verdicts",
    "gradients",
    "diagnosis",
    "quality",
    "ladder",
    "pairs",
    "decisions",
    "cost",
    "reproductions",
    "mechanism",
)
METHOD = {"train_gan": 1, "diagnose_gan": 1, "sample_gan": 1, "evaluate_gan": 1, "measure_spread": 1}
SEED_BLOCK = {
    "train_autoencoder": 1, "encode": 1, "evaluate_autoencoder": 1, "train_gan": 2, "sample_gan": 2, "evaluate_gan": 2,
    "diagnose_gan": 2, "measure_spread": 1,
}  # fmt: skip


def test_dvc_repro_runs_from_scratch_and_then_does_nothing(reproduced):
    again = reproduced.run("dvc", "repro")
    assert "didn't change, skipping" in again.stdout
    assert not reproduced.planned()


def test_all_promised_files_are_there(reproduced):
    report = reproduced.folder / "reports" / "tiny"
    names = {str(path.relative_to(report)) for path in report.glob("**/*") if path.is_file()}
    tables = {name_table_file(table) for table in TABLES}
    figures = {f"figures/{name}.svg" for name in FIGURE_NAMES}
    assert names == {"index.html", "metrics.json", "ro-crate-metadata.json"} | tables | figures
    runs = reproduced.folder / "results" / "gan" / "digits" / "latent" / "0-1"
    expected = {
        "weights.safetensors",
        "stages.safetensors",
        "training.parquet",
        "samples.npy",
        "reconstructions.npy",
        "classes.npy",
        "exhibit.safetensors",
        "run.json",
    }
    assert {path.name for path in runs.iterdir()} == expected


def test_snakemakes_own_report_has_captions_categories_and_labels(reproduced):
    reproduced.run("snakemake", "--report", "made.html")
    page = (reproduced.folder / "made.html").read_text("utf-8")
    results, categories = (
        json.JSONDecoder().raw_decode(page.rsplit(f"var {name} = ", 1)[1])[0] for name in ("results", "categories")
    )
    (reproduced.folder / "made.html").unlink()
    assert {Path(path).stem for path in results if path.endswith(".svg")} >= set(FIGURE_NAMES)
    assert {Path(path).suffix for path in results} == {".svg", ".csv", ".gz", ".html"}
    assert not [path for path, result in results.items() if not result["caption"] or not result["labels"]]
    assert {"Report", "Tables", "Verdicts", "Decisions", "Samples", "Published results"} <= set(categories)
    assert all(list(below) == ["tiny"] for below in categories.values())
    film = next(result for path, result in results.items() if path.endswith("film.svg"))
    assert "Samples over training" in film["caption"]


def test_reports_without_results_as_in_a_clone_are_made_again(reproduced, make_repository):
    clone = make_repository()
    shutil.copytree(reproduced.folder / "reports", clone.folder / "reports")
    planned = clone.planned()
    assert planned["train_gan"] == 2
    assert {rule: planned[rule] for rule in REPORT} == REPORT


def test_run_record_tells_where_a_result_came_from(reproduced):
    folder = reproduced.folder / "results"
    record = json.loads((folder / "gan" / "digits" / "latent" / "0-1" / "run.json").read_text("utf-8"))
    manifest = json.loads((folder / "data" / "digits" / "manifest.json").read_text("utf-8"))
    check_trained_on("gan", record, manifest)
    assert record["scaling"] == {"dtype": "float64", "layout": "NHWC", "range": [0, 16]}
    with pytest.raises(InputError, match="gan: was trained on"):
        check_trained_on("gan", record, manifest | {"range": [0, 255]})
    assert record["data"] == manifest["shards"]["train"]["values_sha256"]
    assert record["config"]["role"] == {"name": "latent"}
    assert record["machine"]["device"] == "cpu"
    assert [member["seed"] for member in record["members"]] == [0, 1]
    assert all(member["rounds"] == 8 and member["divergence"] is None for member in record["members"])


def test_no_checkpoint_is_left_behind(reproduced):
    left = [path for path in (reproduced.folder / ".checkpoints").glob("**/*") if path.is_file()]
    assert left == []


def test_touching_every_file_reruns_nothing(finished):
    for path in finished.folder.glob("**/*"):
        if path.is_file() and ".git" not in path.parts and ".dvc" not in path.parts:
            os.utime(path)
    assert not finished.planned()


def test_editing_one_method_reruns_that_method_and_the_report(finished, study):
    study["methods"]["gan"]["rounds"] = 9
    finished.configure(study)
    assert finished.planned() == {**METHOD, **REPORT}


def test_adding_seeds_runs_the_new_block_only(finished, study):
    study["study"]["seeds"] = "0-3"
    finished.configure(study)
    planned = finished.planned()
    assert planned == {**SEED_BLOCK, **REPORT}


def test_adding_a_method_runs_that_method_only(finished, study):
    study["methods"]["gan_r1"] = {"role": "none", "penalty": "r1"}
    study["study"]["methods"].append("gan_r1")
    finished.configure(study)
    assert finished.planned() == {**METHOD, **REPORT}
    assert finished.planned("--snakefile", "workflow/Snakefile") == {**METHOD, **REPORT}


def test_a_reproduction_runs_its_own_seeds(finished, study):
    study["datasets"]["dirac"] = {"source": "dirac"}
    entry = {"result": {"name": "dirac", "rounds": 50}, "dataset": "dirac"}
    study["reproductions"] = {"own": entry | {"seeds": "2-7"}, "shared": entry}
    study["study"]["reproductions"] = ["own", "shared"]
    finished.configure(study)
    planned = finished.planned()
    assert (planned["reproduce_own"], planned["reproduce_shared"]) == (3, 1)


def test_a_data_set_with_methods_of_its_own_runs_these_and_their_autoencoders_only(finished, study):
    study["datasets"]["ring"] = {"source": "ring"}
    study["study"] |= {"datasets": ["digits", "ring"], "only": {"ring": ["gan"]}}
    finished.configure(study)
    data = {"prepare": 1, "train_features": 1, "measure_real_data": 1}
    assert finished.planned() == {**data, **METHOD, **REPORT}  # nothing of the digits
    whole = finished.planned("--forceall")
    assert all(whole[rule] == 3 for rule in METHOD if rule != "measure_spread")
    assert all(whole[rule] == 2 for rule in (*data, "measure_spread"))
    assert all(whole[rule] == 1 for rule in ("train_autoencoder", "encode", "evaluate_autoencoder", *REPORT))


def test_a_study_without_a_diagnosis_has_no_job_of_it(finished, study):
    study["diagnosis"] = False
    finished.configure(study)
    assert finished.planned() == REPORT
    whole = finished.planned("--forceall")
    assert (whole["diagnose_gan"], whole["train_gan"], whole["evaluate_gan"]) == (0, 2, 2)


def test_a_study_without_dynamics_diagnoses_again(finished, study):
    study["diagnosis"]["eigenvalues"] = 0
    finished.configure(study)
    assert finished.planned() == {"diagnose_gan": 2, **REPORT}


def test_changing_thresholds_rebuilds_the_report_only(finished, study):
    study["verdicts"] = {"shrinking_decades": 0.5}
    finished.configure(study)
    assert finished.planned() == REPORT


def test_trackers_get_the_history_of_each_member_and_nothing_else_changes(
    finished, study, beside, read_tracker, monkeypatch
):
    trackers = ["tensorboard", "dvclive"]
    for name in trackers:
        beside(name)
    study["report"]["trackers"] = trackers
    finished.configure(study)
    monkeypatch.setattr(finished, "source", f"{finished.source}{os.pathsep}{Path(sys.prefix) / 'oracles'}")
    hook = finished.folder / "src" / "sitecustomize.py"
    hook.write_text("import sys\nsys.modules['dvclive'] = None\n", "utf-8")
    refused = finished.run("snakemake", "--dry-run", check=False)
    hook.unlink()
    assert refused.returncode != 0
    assert "pip install 'aegan[dvclive]'" in refused.stdout + refused.stderr
    assert finished.planned() == {"export_histories": 2, "write_report": 1, "write_crate": 1}
    folders = [f"results/trackers/tiny/{name}" for name in trackers]
    finished.run("snakemake", *folders)
    assert finished.planned() == {"write_report": 1, "write_crate": 1}
    table = pd.read_parquet(finished.folder / "results" / "gan" / "digits" / "latent" / "0-1" / "training.parquet")
    whole = table[table["layer"] == "(all)"]
    losses = whole[(whole["seed"] == 1) & (whole["network"] == "generator") & (whole["quantity"] == "loss")]
    assert len(losses) == 4
    for name, folder in zip(trackers, folders, strict=True):
        found = read_tracker(name, finished.folder / folder, "gan/digits/latent/1")["generator/loss"]
        assert [step for step, _ in found] == losses["step"].tolist()
        assert [value for _, value in found] == pytest.approx(losses["value"].tolist(), rel=1e-6)
    runs = sorted(str(path.parent.relative_to(finished.folder)) for path in finished.folder.rglob("events.out*"))
    members = ("autoencoder/digits/dense", "gan/digits/gan", "gan/digits/latent")
    assert runs == [f"{folders[0]}/{member}/{seed}" for member in members for seed in (0, 1)]


def test_changing_a_metric_reruns_the_evaluation_only(finished):
    finished.edit("src/aegan/metrics/coverage.py", "NEIGHBOURS = 5", "NEIGHBOURS = 4")
    planned = finished.planned()
    assert planned == {
        "measure_real_data": 1, "evaluate_gan": 2, "measure_spread": 1, "evaluate_autoencoder": 1,
        **REPORT,
    }  # fmt: skip


def test_changing_the_training_loop_reruns_all_training(finished):
    finished.edit("src/aegan/training/round.py", "parameter.grad = match", "parameter.grad = 1.0 * match")
    planned = finished.planned()
    assert planned["train_gan"] == 2
    assert planned["train_autoencoder"] == 1
    assert planned["prepare"] == 0


def test_changing_words_reruns_nothing(finished):
    finished.edit("src/aegan/training/round.py", '"""', '"""Other words. ')
    finished.edit("src/aegan/metrics/coverage.py", "\n\n\ndef ", "\n\n\n# a comment\ndef ")
    finished.edit("workflow/scripts/train_gan.py", '"""', '"""Other words. ')
    assert not finished.planned()


def test_mistakes_in_the_config_stop_before_any_job(finished, study):
    study["gan"]["loss"] = "minmax"
    study["study"]["methods"].append("lattent")
    finished.configure(study)
    done = finished.run("snakemake", check=False)
    assert done.returncode != 0
    assert "gan.loss: 'minmax' is not known. Did you mean 'minimax'?" in done.stderr
    assert "study.methods[2]: 'lattent'" in done.stderr
    assert "Traceback" not in done.stderr


def bad_arrays(folder: Path) -> dict[str, str]:
    """Write arrays that cannot be used; return what the error of each must say."""
    np.save(folder / "objects.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    np.save(folder / "nan.npy", np.full((4, 8, 8), np.nan, dtype=np.float32))
    np.save(folder / "one.npy", np.zeros((1, 8, 8), dtype=np.uint8))
    np.save(folder / "constant.npy", np.ones((9, 8, 8), dtype=np.uint8))
    (folder / "torn.npy").write_bytes(b"\x93NUMPY\x01\x00v\x00{'descr'")
    return {name: f"{name}.npy" for name in ("objects", "nan", "one", "constant", "torn")}


def test_bad_data_ends_the_job_with_its_file_and_leaves_nothing(finished, study):
    raw = finished.folder / "data" / "raw" / "bad"
    raw.mkdir(exist_ok=True)
    files = bad_arrays(raw)
    sources = {name: {"source": {"name": "npy", "path": f"data/raw/bad/{file}"}} for name, file in files.items()}
    study["datasets"] |= sources
    study["study"]["datasets"] = list(files)
    finished.configure(study)
    done = finished.run("snakemake", "--keep-going", "data", check=False)
    assert done.returncode != 0
    for name, file in files.items():
        log = (finished.folder / "logs" / "prepare" / f"{name}.log").read_text("utf-8")
        assert file in log
        assert "Traceback" not in log
        assert not list((finished.folder / "results" / "data" / name).glob("*")), name


def test_too_few_images_are_refused_with_the_number_that_would_do(finished, study):
    np.save(finished.folder / "two.npy", np.random.default_rng(0).integers(0, 256, (2, 8, 8), dtype=np.uint8))
    study["datasets"]["two"] = {"source": {"name": "npy", "path": "two.npy"}}
    study["study"]["datasets"] = ["two"]
    finished.configure(study)
    words = "two: 2 samples give 1 for training and 1 for testing, but the study needs 2 and 1. Give at least 3 samples"
    for command in (["aegan", "check"], ["snakemake", "--cores", "1"]):
        done = finished.run(*command, check=False)
        assert done.returncode != 0
        assert words in " ".join((done.stdout + done.stderr).split())
    assert not (finished.folder / "results" / "data" / "two").exists()


def test_needing_more_rows_prepares_no_data_again(finished, study):
    study["latents"] = {"sampler": {"name": "gmm", "components": [7]}}
    study["autoencoders"]["dense"]["held_out"] = 0.9
    finished.configure(study)
    planned = finished.planned()
    assert planned["train_autoencoder"] == planned["encode"] == 1
    assert planned["prepare"] == planned["train_features"] == 0


def test_users_own_array_with_spaces_umlauts_and_braces_in_its_path_runs(finished, study):
    raw = finished.folder / "data" / "raw" / "eigene Däten {1}"
    raw.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    np.save(raw / "bilder {dataset}.npy", rng.integers(0, 256, (90, 7, 5, 3), dtype=np.uint8))
    study["datasets"]["mine"] = {"source": {"name": "npy", "path": "data/raw/eigene Däten {1}/bilder {dataset}.npy"}}
    study["study"] |= {"datasets": ["mine"], "methods": ["latent"], "name": "mine", "seeds": "0-0"}
    study["evaluation"] = {"samples": 20}
    study["report"]["baselines"] = {}
    finished.configure(study)
    finished.run("snakemake", "--cores", "2", "reports/mine/quality.csv")
    assert np.load(finished.folder / "results/gan/mine/latent/0-0/samples.npy").shape == (1, 20, 7, 5, 3)
    spaces = (finished.folder / "reports/mine/quality.csv").read_text("utf-8")
    assert "random" in spaces
    assert "classifier" not in spaces


#: file names that Snakemake, a shell or a pattern would read in another way
ODD_NAMES = [
    "x{1}",
    "{",
    "}",
    "{dataset}",
    "{{x}}",
    "*",
    "a?[b]",
    "two  words",
    "it's",
    '"hi"',
    "$HOME",
    "-n",
    "a\nb",
    "\\n",
]


def change_a_picture(folder: Path) -> None:
    """Change pixels, and neither the size nor the date of the file."""
    path = folder / "Birnen" / "x{1}.png"
    before = path.stat()
    Image.fromarray(np.asarray(Image.open(path)) ^ 1).save(path, compress_level=0)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES = {
    "added": lambda folder: shutil.copy(folder / "Birnen" / "{.png", folder / "Birnen" / "neu.png"),
    "renamed": lambda folder: (folder / "Birnen" / "{.png").rename(folder / "Birnen" / "{neu}.png"),
    "removed": lambda folder: (folder / "Birnen" / "}.png").unlink(),
}


def test_a_folder_of_pictures_is_read_and_every_change_in_it_is_noticed(finished, study, copy_repository, tmp_path):
    folder = finished.folder / "data" / "raw" / "meine {Bilder} *"
    rng = np.random.default_rng(0)
    for number, name in enumerate(ODD_NAMES * 2):
        path = folder / ("Birnen" if number < len(ODD_NAMES) else "Äpfel {seeds}") / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (6, 9, 3), dtype=np.uint8)).save(path, compress_level=0)
    study["datasets"]["fruit"] = {"source": {"name": "folder", "path": "data/raw/meine {Bilder} *"}}
    study["study"]["datasets"] = ["fruit"]
    finished.configure(study)
    finished.run("snakemake", "--cores", "1", "data")
    manifest = json.loads((finished.folder / "results/data/fruit/manifest.json").read_text("utf-8"))
    assert manifest["classes"] == ["Birnen", "Äpfel {seeds}"]
    assert manifest["shards"]["train"]["rows"] + manifest["shards"]["test"]["rows"] == 28
    finished.run("sha256sum", "--check", "--strict", "results/data/fruit/raw.sha256")

    clone = copy_repository(finished, tmp_path / "clone")
    shutil.rmtree(clone.folder / ".snakemake" / "raw_files")
    for path in clone.folder.glob("*/**/*"):
        os.utime(path)
    assert not clone.planned("data")
    shutil.rmtree(clone.folder / "data" / "raw")
    assert not clone.planned("data")

    change_a_picture(folder)
    said = finished.run("snakemake", "--dry-run", "data").stdout
    assert "before: '28 raw files, SHA-256" in said
    assert ".png" not in said
    finished.run("snakemake", "--cores", "1", "data")
    assert not finished.planned("data")
    for change in CHANGES.values():
        kept = shutil.copytree(folder, tmp_path / "kept", dirs_exist_ok=True)
        change(folder)
        assert finished.planned("data") == {"prepare": 1, "data": 1}
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)


def test_all_missing_data_are_named_before_any_job_starts(finished, study):
    study["datasets"] |= {
        "mine": {"source": {"name": "npy", "path": "data/raw/mine.npy"}},
        "pictures": {"source": {"name": "folder", "path": "data/raw/none"}},
    }
    study["study"]["datasets"] += ["mine", "pictures"]
    study["gan"]["rounds"] = 9  # other jobs could start
    finished.configure(study)
    done = finished.run("snakemake", check=False)
    assert done.returncode == 1
    for command in (done, finished.run("aegan", "check", check=False)):
        assert "datasets.mine.source.path: data/raw/mine.npy is not there" in command.stderr
        assert "datasets.pictures.source.path: data/raw/none is not there" in command.stderr
    assert "rule" not in (done.stdout + done.stderr).split()


def test_a_call_in_another_folder_is_told_where_the_config_is(finished, tmp_path):
    cause = f"config/config.yaml: is not in the working folder {tmp_path}. Call the command in {finished.folder}"
    for place in ([], ["--configfile", "config/studies/smoke.yaml"]):
        done = finished.run("snakemake", "--dry-run", "--directory", str(tmp_path), *place, check=False)
        assert done.returncode == 1
        assert cause in done.stdout  # where a dry run prints
    finished.run("snakemake", "--dry-run", "--directory", str(tmp_path), "--configfile", "config/config.yaml")


def test_a_key_that_a_file_of_snakemake_holds_twice_is_an_error(finished, tmp_path):
    overlay = tmp_path / "o {1}.yaml"
    overlay.write_text("study: {seeds: 0-0, name: tiny}\n", "utf-8")
    finished.run("snakemake", "--cores", "1", "--forcerun", "prepare", "--configfile", str(overlay), "--", "data")
    overlay.write_text("study: {seeds: 0-0, name: tiny, seeds: 0-1}\n", "utf-8")
    done = finished.run("snakemake", "--configfile", str(overlay), check=False)
    assert "o {1}.yaml: the key study.seeds is set twice, in line 1" in done.stderr
    finished.edit("workflow/profiles/slurm/config.yaml", "jobs: 100", "jobs: 100\njobs: 9")
    done = finished.run("snakemake", check=False)
    assert "slurm/config.yaml: the key jobs is set twice, in lines 3 and 4" in done.stderr


#: rules that use a GPU where there is one; all others take seconds on a CPU
GPU_RULES = {
    "train_autoencoder", "train_features", "train_gan", "encode", "sample_gan", "diagnose_gan", "evaluate_gan",
    "evaluate_autoencoder",
}  # fmt: skip


def test_rules_ask_for_a_gpu_only_where_there_is_one(finished):
    def ask():
        said = finished.run("env", "CUDA_VISIBLE_DEVICES=", "snakemake", "--dry-run", "--forceall").stdout
        found = re.findall(r"^(?:local)?rule (\w+):\n(?:    .*\n)*?    resources: .*\bgpu=(\d+)", said, re.MULTILINE)
        return {name: int(gpus) for name, gpus in found}

    without = ask()
    assert set(without) > GPU_RULES
    assert set(without.values()) == {0}
    finished.edit("src/aegan/pipeline/gpu_lease.py", "    hidden = ", "    return True\n    hidden = ")
    assert ask() == {name: int(name in GPU_RULES) for name in without}


def test_a_limit_of_gpus_does_not_slow_down_a_machine_without_any(finished, study):
    study["gan"]["rounds"] = 9
    finished.configure(study)
    weights = [f"results/gan/digits/{name}/0-1/weights.safetensors" for name in ("gan", "latent")]
    command = ("snakemake", "--cores", "2", "--resources", "gpu=1", "--", *weights)
    done = finished.run("env", "CUDA_VISIBLE_DEVICES=", *command)
    events = re.findall(r"^(?:local)?(rule|Finished jobid.*) ?train_gan", done.stderr, re.MULTILINE)
    assert [event.split()[0] for event in events] == ["rule", "rule", "Finished", "Finished"]  # side by side
