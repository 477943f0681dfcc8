"""The commands that run a study; tests/pipeline/test_run.py and tests/workflow/test_run.py test what they call."""


def test_run_names_the_folder_it_needs(call, in_folder):
    done = call("run", "--cores", "1")
    assert done.exit_code == 1
    assert "Snakefile: is not here" in done.output
    assert "Traceback" not in done.output
