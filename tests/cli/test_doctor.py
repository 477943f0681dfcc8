"""`aegan doctor`: the diagnosis in words, of runs that have finished, that run, and of a user's own."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from aegan.cli.doctor import READ, examine, limits_of, read_decisions, remedies, sentence, summed_up
from aegan.cli.main import app
from aegan.config.validation import load, merged
from aegan.errors import InputError
from aegan.probes.verdicts import Limits
from aegan.tables import named, write_table
from aegan.training.checkpoint import Checkpoints
from aegan.training.cohort import train, train_cohort
from aegan.training.member import Divergence
from aegan.training.outputs import histories

ROOT = Path(__file__).parents[2]
NO_CONFIG = Path("no such config.yaml")
PLACE = Path("gan", "digits", "gan", "0-1")


def advice(run, tables=(), config=NO_CONFIG, **thresholds):
    return examine(Path(run), list(tables), config, thresholds)


@pytest.fixture(scope="module")
def recruit(tiny):
    chosen = tiny.method(penalty={"name": "r1"})
    return tiny.recruits(chosen, {"schedule": {"name": "evenly", "points": 12}, "batches": 2})


@pytest.fixture(scope="module")
def house(recruit, tmp_path_factory):
    """A folder with a finished run."""
    root = tmp_path_factory.mktemp("house")
    folder = root / "results" / PLACE
    cohort = train_cohort([0, 1], 12, recruit, Checkpoints(root / "elsewhere", "print"))
    write_table(folder / "training.parquet", named(histories(cohort.members), {"dataset": "digits", "method": "gan"}))
    return root


@pytest.fixture
def under_way(recruit, tmp_path):
    """A folder with a run cut in the middle: one member at round 5, the other not begun."""
    member, observers = recruit(0)
    train(member, 5, observers)
    Checkpoints(tmp_path / ".checkpoints" / PLACE, "print").save(member, observers)
    return tmp_path, member


def test_a_finished_run_is_read_from_its_folder_or_its_history(house):
    folder = house / "results" / PLACE
    found = advice(folder)
    assert found.state == "finished: gan on digits, seeds 0 and 1"
    assert set(found.verdicts["network"]) == {"generator", "discriminator"}
    assert (found.verdicts.groupby("network")["seeds"].sum() == 2).all()
    assert len(found.sentences) == 2
    pd.testing.assert_frame_equal(advice(folder / "training.parquet").verdicts, found.verdicts)


def test_what_generators_met_in_fresh_discriminators_is_judged_beside(house, tmp_path):
    shutil.copytree(house / "results", tmp_path / "results")
    norms = [1.0, 1.0, 0.5, 0.001]
    rows = [{"step": 10**number, "value": value} for number, value in enumerate(norms)]
    names = {"dataset": "digits", "method": "gan", "seed": 0, "stage": 7}
    probe = pd.DataFrame(rows).assign(**names, network="generator", layer="(all)", quantity="own_gradient_norm")
    write_table(tmp_path / "results" / "diagnosis" / Path(*PLACE.parts[1:]) / "probe.parquet", probe)
    sentence = advice(tmp_path / "results" / PLACE).sentences[-1]
    assert sentence.startswith(
        "generator, fresh discriminator of gan on digits: vanishing since step 1000, most in layer (all) "
        "(after 7 rounds of training, gradient norm 1 at its peak, 0.001 at the end: 3.0 decades lost"
    )


@pytest.mark.parametrize("place", [Path("results", PLACE), Path(".checkpoints", PLACE)])
def test_a_run_under_way_is_read_from_its_checkpoints(under_way, place):
    root, member = under_way
    found = advice(root / place)
    assert found.state == "running: gan on digits, seed 0 at round 5 and seed 1 not begun"
    assert found.verdicts["of"].tolist() == [1, 1]
    table = histories([member])
    norm = table.query("network == 'generator' and layer == '(all)' and quantity == 'gradient_norm'")["value"]
    generator = next(line for line in found.sentences if line.startswith("generator"))
    assert f"gradient norm {norm.iloc[0]:.2g} at the start, {norm.iloc[-1]:.2g} at the end" in generator


def test_a_run_under_way_is_told_how_far_the_config_goes(under_way, tmp_path):
    found = advice(tmp_path / "results" / PLACE, config=ROOT / "config" / "config.yaml")
    assert found.state.endswith("; the config plans 2000 rounds")


def test_a_divergence_is_known_from_the_checkpoint(recruit, tmp_path):
    member, observers = recruit(0)
    train(member, 3, observers)
    member.divergence = Divergence(2, "generator", "dense2", "loss is nan")
    Checkpoints(tmp_path / ".checkpoints" / PLACE, "print").save(member, observers)
    found = advice(tmp_path / "results" / PLACE)
    generator = found.verdicts.set_index("network").loc["generator"]
    assert (generator["verdict"], generator["step"], generator["layer"]) == ("diverged", 2, "dense2")


def test_what_is_no_checkpoint_is_refused(tmp_path):
    folder = tmp_path / ".checkpoints" / PLACE
    folder.mkdir(parents=True)
    (folder / "seed-0.safetensors").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"seed-0\.safetensors: is no checkpoint"):
        advice(tmp_path / "results" / PLACE)


def test_where_there_is_nothing_to_read_it_says_what_to_give(tmp_path):
    with pytest.raises(InputError, match=r"has no training\.parquet.*or a CSV"):
        advice(tmp_path / "results" / PLACE)


def test_a_table_that_is_no_history_is_refused(tmp_path):
    write_table(tmp_path / "training.parquet", pd.DataFrame({"a": [1]}))
    with pytest.raises(InputError, match="no column dataset"):
        advice(tmp_path)


def test_a_history_that_is_broken_is_refused(tmp_path):
    (tmp_path / "training.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"training\.parquet: cannot be read"):
        advice(tmp_path)


def test_an_own_history_is_judged_with_thresholds_of_config_or_options(tmp_path):
    path = tmp_path / "norms.csv"
    path.write_text("step,norm\n" + "".join(f"{step},{10 ** (-step / 10)}\n" for step in range(10)), "utf-8")
    assert advice(path).verdicts["verdict"].tolist() == ["healthy"]
    assert advice(path, vanishing_decades=0.5).verdicts["verdict"].tolist() == ["vanishing"]
    config = tmp_path / "config.yaml"
    raw = yaml.safe_load((ROOT / "config" / "config.yaml").read_text("utf-8"))
    config.write_text(yaml.safe_dump(raw | {"verdicts": {"vanishing_decades": 0.3}}), "utf-8")
    assert advice(path, config=config).verdicts["verdict"].tolist() == ["vanishing"]
    assert advice(path, config=config, vanishing_decades=3.0).verdicts["verdict"].tolist() == ["healthy"]


def test_thresholds_are_those_of_the_config_unless_replaced():
    config = load(merged([ROOT / "config" / "config.yaml"]))
    assert limits_of(config, {}) == limits_of(None, {}) == Limits(**config.verdicts.model_dump())
    assert limits_of(None, {"window": 0.5, "depth_decades": None}).window == 0.5
    with pytest.raises(InputError, match=r"verdicts\.window"):
        limits_of(None, {"window": 1.5})


def judged(*verdicts, method="gan", network="generator"):
    """Verdicts of seeds 0, 1, …: (verdict, step, layer)."""
    rows = [
        {"seed": seed, "verdict": verdict, "step": step, "layer": layer, "evidence": f"evidence {seed}"}
        for seed, (verdict, step, layer) in enumerate(verdicts)
    ]
    table = pd.DataFrame(rows).assign(dataset="digits", method=method, network=network)
    return table.astype({"step": "Int64"})


SICK = [("vanishing", 300, "dense1"), ("healthy", None, None), ("vanishing", 140, "dense1"), ("vanishing", 200, "d2")]


def test_seeds_are_summed_up_by_verdict():
    rows = summed_up(judged(*SICK)).set_index("verdict")
    assert rows["seeds"].to_dict() == {"vanishing": 3, "healthy": 1}
    assert (rows["of"] == 4).all()
    worst = rows.loc["vanishing"]
    assert (worst["step"], worst["layer"], worst["seed"], worst["evidence"]) == (140, "dense1", 2, "evidence 2")


def test_one_sentence_tells_all_seeds():
    assert sentence(summed_up(judged(*SICK))) == (
        "generator of gan on digits: vanishing in 3 of 4 seeds, first at step 140, most often in layer dense1 "
        "(seed 2: evidence 2); healthy in 1 of 4 seeds (seed 1: evidence 1)."
    )


def decisions(*rows):
    """Rows: method, baseline, outcome, effect, p, decision."""
    columns = ["method", "baseline", "outcome", "effect", "p", "decision"]
    table = pd.DataFrame(rows, columns=columns)
    rest = {"dataset": "digits", "unit": "decades", "low": 0.1, "high": 2.0, "p_holm": 0.01, "n": 10}
    return table.assign(**rest, smallest_p=2 / 1024, study="made_up")[[*READ, "study"]]


LOST, GROWN = "generator's gradient lost", "generator's gradient grown"
FRESH = "gradient lost to a fresh discriminator"


def test_remedies_are_those_that_help_by_effect_and_no_more_than_three():
    table = decisions(
        ("a", "gan", LOST, 0.5, 0.001, "helps"),
        ("b", "gan", LOST, 1.5, 0.001, "helps"),
        ("c", "gan", FRESH, 2.5, 0.001, "helps"),
        ("d", "gan", LOST, 0.1, 0.001, "helps"),
        ("e", "gan", LOST, 9.0, 0.5, "undecided"),
        ("f", "gan", GROWN, 9.0, 0.001, "helps"),
        ("g", "wgan", LOST, 9.0, 0.001, "helps"),
        ("h", "gan", LOST, -9.0, 0.001, "hurts"),
    )
    lines = remedies(summed_up(judged(*SICK)), table)
    assert [line.split(": ")[1].split(" helps")[0] for line in lines] == ["c", "b", "a"]
    assert lines[1] == (
        "Against vanishing (generator of gan on digits): b helps against gan on digits, in generator's gradient lost: "
        "1.5 decades better (interval +0.1 to +2, 10 paired seeds, study made_up)."
    )


@pytest.mark.parametrize("verdict", ["exploding", "diverged"])
def test_remedies_match_the_verdict(verdict):
    table = decisions(("a", "gan", LOST, 1.0, 0.001, "helps"), ("b", "gan", GROWN, 1.0, 0.001, "helps"))
    (line,) = remedies(summed_up(judged((verdict, 3, "dense1"))), table)
    assert f"Against {verdict}" in line
    assert ": b helps" in line


def test_where_none_helps_the_unanimous_are_named_as_undecided():
    table = decisions(
        ("a", "gan", LOST, 0.5, 2 / 1024, "undecided"),
        ("b", "gan", LOST, 0.5, 0.5, "undecided"),
        ("c", "gan", LOST, -0.5, 2 / 1024, "undecided"),
        ("d", "gan", GROWN, 0.5, 2 / 1024, "undecided"),
    )
    shown, named = remedies(summed_up(judged(*SICK)), table)
    assert "no method is shown to help; 3 comparisons looked at gradient lost" in shown
    assert named == ("Undecided, yet the same in all 10 seeds on digits, against gan: a better in gradient lost.")


def test_a_method_is_no_remedy_for_itself_and_other_baselines_serve_where_it_has_none():
    table = decisions(("gan_r1", "gan", LOST, 1.0, 0.001, "helps"), ("latent", "gan", LOST, 0.5, 0.001, "helps"))
    (line,) = remedies(summed_up(judged(*SICK, method="gan_r1")), table)
    assert ": latent helps against gan" in line


def test_other_data_serve_where_the_own_are_not_in_the_table():
    table = decisions(("gan_r1", "gan", LOST, 1.0, 0.001, "helps")).assign(dataset="faces")
    (line,) = remedies(summed_up(judged(*SICK)), table)
    assert "helps against gan on faces" in line


def test_the_table_says_nothing_about_discriminators():
    table = decisions(("gan_r1", "gan", LOST, 1.0, 0.001, "helps"))
    (line,) = remedies(summed_up(judged(*SICK, network="discriminator")), table)
    assert line.endswith("the decision table is about generators alone.")


def test_without_a_table_it_says_how_to_make_one():
    (line,) = remedies(summed_up(judged(*SICK)), read_decisions([]))
    assert "`snakemake` makes" in line
    assert remedies(summed_up(judged(("healthy", None, None))), read_decisions([])) == []


def test_tables_are_read_with_the_study_they_belong_to(tmp_path):
    path = tmp_path / "reports" / "tiny" / "decisions.csv"
    write_table(path, decisions(("a", "gan", LOST, 1.0, 0.001, "helps"))[READ])
    assert read_decisions([path, ROOT / "reports" / "quickstart" / "decisions.csv"])["study"].unique().tolist() == [
        "tiny",
        "quickstart",
    ]
    write_table(tmp_path / "other.csv", pd.DataFrame({"dataset": ["digits"]}))
    with pytest.raises(InputError, match="has no column method"):
        read_decisions([tmp_path / "other.csv"])
    with pytest.raises(InputError, match="is not there"):
        read_decisions([tmp_path / "none.csv"])


@pytest.fixture
def call(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, ["doctor", *map(str, arguments)])


def test_the_command_prints_a_table_sentences_and_remedies_and_succeeds_on_the_sick(call, tmp_path):
    path = tmp_path / "reports" / "tiny" / "decisions.csv"
    write_table(path, decisions(("gan_r1", "gan", LOST, 1.0, 0.001, "helps"))[READ])
    (tmp_path / "norms.csv").write_text("step,[norm]\n0,1\n10,1\n20,0.001\n", "utf-8")
    done = call("norms.csv", "--window", "0.3")
    assert done.exit_code == 0
    assert "the history in norms.csv" in done.output
    assert "│ network │ own method │ own data │ vanishing │ 1 of 1 │ 20" in done.output
    assert "network of own method on own data: vanishing since step 20, most in layer (all) (" in done.output
    assert "gan_r1 helps against gan on digits" in done.output
    assert "study tiny" in done.output


def test_the_command_names_mistakes_and_fails(call, tmp_path):
    (tmp_path / "norms.csv").write_text("epoch,norm\n0,1\n", "utf-8")
    (tmp_path / "sound.csv").write_text("step,norm\n0,1\n", "utf-8")
    done = call("norms.csv")
    assert done.exit_code == 1
    assert "norms.csv: no column step" in done.output
    assert "Traceback" not in done.output
    assert call("sound.csv").exit_code == 0
    assert call("sound.csv", "--depth-decades", "-1").exit_code == 1


def test_the_command_reads_the_decision_table_it_is_given(call, tmp_path):
    (tmp_path / "norms.csv").write_text("step,norm\n0,1\n10,1\n20,0.001\n", "utf-8")
    assert "there is none" in call("norms.csv").output
    write_table(tmp_path / "elsewhere" / "table.csv", decisions(("a", "gan", LOST, 1.0, 0.5, "undecided"))[READ])
    done = call("norms.csv", "--decisions", "elsewhere/table.csv")
    assert "no method is shown to help; 1 comparison looked at gradient lost." in done.output
