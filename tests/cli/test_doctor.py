"""`aegan doctor`: the diagnosis in words, of runs that have finished, that run, and of a user's own."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from aegan.cli.doctor import describe_network, diagnose_run, parse_thresholds, resolve_limits, summarise_verdicts
from aegan.cli.remedies import DECISION_COLUMNS
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.errors import InputError
from aegan.probes.findings import Limits
from aegan.tables import TRAINING_FAKES, write_table
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train
from aegan.training.member import Divergence
from aegan.training.outputs import join_histories

ROOT = Path(__file__).parents[2]
NO_CONFIG = Path("no such config.yaml")
RUN_PATH = Path("gan", "digits", "gan", "0-1")

#: verdict, step and layer of seeds 0 to 3
UNHEALTHY = [
    ("vanishing", 300, "dense1"),
    ("stable", None, None),
    ("vanishing", 140, "dense1"),
    ("vanishing", 200, "d2"),
]
LOST = "generator's gradient lost"


def diagnose(run, tables=(), config=NO_CONFIG, **thresholds):
    return diagnose_run(Path(run), list(tables), config, thresholds)


def test_a_finished_run_is_read_from_its_folder_or_its_history(finished_run):
    folder = finished_run / "results" / RUN_PATH
    found = diagnose(folder)
    assert found.state == "finished: gan on digits, seeds 0 and 1"
    assert set(found.verdicts["network"]) == {"generator", "discriminator"}
    assert (found.verdicts.groupby("network")["seeds"].sum() == 2).all()
    assert len(found.sentences) == 2
    pd.testing.assert_frame_equal(diagnose(folder / "training.parquet").verdicts, found.verdicts)


def copy_with_vanishing_probe(finished_run, tmp_path):
    """Copy a run, and add a diagnosis in which the gradient of seed 0 vanishes."""
    shutil.copytree(finished_run / "results", tmp_path / "results")
    norms = [1.0, 1.0, 0.5, 0.001]
    rows = [{"step": 10**number, "value": value} for number, value in enumerate(norms)]
    names = {"dataset": "digits", "method": "gan", "seed": 0, "stage": 7, "fakes": TRAINING_FAKES}
    probe = pd.DataFrame(rows).assign(**names, network="generator", layer="(all)", quantity="own_gradient_norm")
    write_table(tmp_path / "results" / "diagnosis" / Path(*RUN_PATH.parts[1:]) / "probe.parquet", probe)


def test_a_generator_is_as_sick_as_it_is_before_a_fresh_discriminator(finished_run, tmp_path):
    copy_with_vanishing_probe(finished_run, tmp_path)
    found = diagnose(tmp_path / "results" / RUN_PATH)
    assert set(found.verdicts["network"]) == {"generator", "discriminator"}
    (sentence,) = (line for line in found.sentences if line.startswith("generator"))
    assert sentence.startswith("generator of gan on digits: ")
    assert (
        "vanishing in 1 of 2 seeds, first at step 1000, most often in layer (all) (seed 0: generator, fresh "
        "discriminator: after 7 rounds of training, gradient norm 1 at its peak, 0.001 at the end: 3.0 decades lost"
    ) in sentence


@pytest.mark.parametrize("place", [Path("results", RUN_PATH), Path(".checkpoints", RUN_PATH)])
def test_a_running_run_is_read_from_its_checkpoints(running_run, place):
    root, member = running_run
    found = diagnose(root / place)
    assert found.state == "running: gan on digits, seed 0 at round 5 and seed 1 not begun"
    assert found.verdicts["of"].tolist() == [1, 1]
    table = join_histories([member])
    norm = table.query("network == 'generator' and layer == '(all)' and quantity == 'gradient_norm'")["value"]
    generator = next(line for line in found.sentences if line.startswith("generator"))
    assert f"gradient norm {norm.iloc[0]:.2g} at the start, {norm.iloc[-1]:.2g} at the end" in generator


def test_a_running_run_is_told_how_far_the_config_goes(running_run, tmp_path):
    found = diagnose(tmp_path / "results" / RUN_PATH, config=ROOT / "config" / "config.yaml")
    assert found.state.endswith("; the config plans 2000 rounds")


def test_a_divergence_is_known_from_the_checkpoint(make_member, tmp_path):
    member, observers = make_member(0)
    train(member, 3, observers)
    member.divergence = Divergence(2, "generator", "dense2", "loss is nan")
    Checkpoints(tmp_path / ".checkpoints" / RUN_PATH, "print").save(member, observers)
    found = diagnose(tmp_path / "results" / RUN_PATH)
    generator = found.verdicts.set_index("network").loc["generator"]
    assert (generator["verdict"], generator["step"], generator["layer"]) == ("diverged", 2, "dense2")


def test_an_own_history_is_judged_with_thresholds_of_config_or_options(tmp_path):
    path = tmp_path / "norms.csv"
    path.write_text("step,norm\n" + "".join(f"{step},{10 ** (-step / 10)}\n" for step in range(10)), "utf-8")
    assert diagnose(path).verdicts["verdict"].tolist() == ["stable"]
    assert diagnose(path, shrinking_decades=0.5).verdicts["verdict"].tolist() == ["shrinking"]
    config = tmp_path / "config.yaml"
    raw = yaml.safe_load((ROOT / "config" / "config.yaml").read_text("utf-8"))
    config.write_text(yaml.safe_dump(raw | {"verdicts": {"shrinking_decades": 0.3}}), "utf-8")
    assert diagnose(path, config=config).verdicts["verdict"].tolist() == ["shrinking"]
    assert diagnose(path, config=config, shrinking_decades=3.0).verdicts["verdict"].tolist() == ["stable"]


def test_thresholds_are_those_of_the_config_unless_replaced():
    config = load_config(merge_config_files([ROOT / "config" / "config.yaml"]))
    assert resolve_limits(config, {}) == resolve_limits(None, {}) == Limits(**config.verdicts.model_dump())
    assert resolve_limits(None, {"window": 0.5}).window == 0.5
    with pytest.raises(InputError, match=r"verdicts\.window"):
        resolve_limits(None, {"window": 1.5})


def test_thresholds_are_written_as_key_and_number():
    assert parse_thresholds(["window=0.3", "depth_decades=1e1"]) == {"window": 0.3, "depth_decades": 10.0}
    with pytest.raises(InputError, match=r"--limit: window is not KEY=NUMBER"):
        parse_thresholds(["window"])
    with pytest.raises(InputError, match=r"verdicts\.vanish"):
        resolve_limits(None, parse_thresholds(["vanish=1"]))


def test_seeds_are_summed_up_by_verdict(seed_verdicts):
    rows = summarise_verdicts(seed_verdicts(*UNHEALTHY)).set_index("verdict")
    assert rows["seeds"].to_dict() == {"vanishing": 3, "stable": 1}
    assert (rows["of"] == 4).all()
    worst = rows.loc["vanishing"]
    assert (worst["step"], worst["layer"], worst["seed"], worst["evidence"]) == (140, "dense1", 2, "evidence 2")


def test_one_sentence_tells_all_seeds(seed_verdicts):
    assert describe_network(summarise_verdicts(seed_verdicts(*UNHEALTHY))) == (
        "generator of gan on digits: vanishing in 3 of 4 seeds, first at step 140, most often in layer dense1 "
        "(seed 2: evidence 2); stable in 1 of 4 seeds (seed 1: evidence 1)."
    )


def test_the_command_prints_a_table_sentences_and_remedies_and_succeeds_on_the_sick(call, in_folder, decision_table):
    path = in_folder / "reports" / "tiny" / "decisions.csv"
    write_table(path, decision_table(("gan_r1", "gan", LOST, 1.0, 0.001, "helps"))[DECISION_COLUMNS])
    (in_folder / "norms.csv").write_text("step,[norm]\n0,1\n10,0\n20,0\n", "utf-8")
    done = call("doctor", "norms.csv", "--limit", "window=0.3", "--report", "reports/tiny")
    assert done.exit_code == 0
    assert "the history in norms.csv" in done.output
    assert "│ network │ own method │ own data │ vanishing │ 1 of 1 │ 10" in done.output
    assert "network of own method on own data: vanishing since step 10, most in layer (all) (" in done.output
    assert "gan_r1 helps against gan on digits" in done.output
    assert "study tiny" in done.output
    assert "Remedies from reports/tiny/decisions.csv:" in done.output


def test_comparisons_of_a_report_are_not_mixed_into_a_csv_unless_it_is_named(call, in_folder, decision_table):
    write_table(
        in_folder / "reports" / "tiny" / "decisions.csv", decision_table(("a", "gan", LOST, 1.0, 0.001, "helps"))
    )
    (in_folder / "norms.csv").write_text("step,norm\n0,1\n10,0\n20,0\n", "utf-8")
    done = call("doctor", "norms.csv")
    assert done.exit_code == 0
    assert "vanishing" in done.output
    assert "tiny" not in done.output
    assert "helps" not in done.output
    assert "--report reports/NAME reads it" in done.output


def test_a_run_gets_remedies_from_the_reports_on_its_data_set_beside_it(finished_run, tmp_path, decision_table):
    copy_with_vanishing_probe(finished_run, tmp_path)
    table = decision_table(("a", "gan", LOST, 1.0, 0.001, "helps"))
    write_table(tmp_path / "reports" / "own" / "decisions.csv", table)
    write_table(tmp_path / "reports" / "other" / "decisions.csv", table.assign(dataset="faces"))
    found = diagnose(tmp_path / "results" / RUN_PATH)
    assert any("vanishing" in line for line in found.sentences)
    assert found.remedies[0] == f"Remedies from {tmp_path / 'reports' / 'own' / 'decisions.csv'}:"
    assert "faces" not in " ".join(found.remedies)


def test_the_command_names_mistakes_and_fails(call, in_folder):
    (in_folder / "norms.csv").write_text("epoch,norm\n0,1\n", "utf-8")
    (in_folder / "sound.csv").write_text("step,norm\n0,1\n", "utf-8")
    done = call("doctor", "norms.csv")
    assert done.exit_code == 1
    assert "norms.csv: no column step" in done.output
    assert "Traceback" not in done.output
    assert call("doctor", "sound.csv").exit_code == 0
    assert call("doctor", "sound.csv", "--limit", "depth_decades=-1").exit_code == 1


def test_the_command_reads_the_decision_table_it_is_given(call, in_folder, decision_table):
    (in_folder / "norms.csv").write_text("step,norm\n0,1\n10,0\n20,0\n", "utf-8")
    write_table(
        in_folder / "elsewhere" / "table.csv",
        decision_table(("a", "gan", LOST, 1.0, 0.5, "undecided"))[DECISION_COLUMNS],
    )
    done = call("doctor", "norms.csv", "--report", "elsewhere/table.csv")
    assert "whether a method helps is undecided; 1 comparison looked at gradient lost." in done.output
