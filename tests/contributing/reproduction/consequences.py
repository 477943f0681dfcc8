from tests.config.config_changes import put
from tests.contributed.checks import check_listed

from aegan.config.validation import load_config
from aegan.reproductions.registry import draw_reproduction, grade_reproductions, measure_by_seed


def test_it_is_configured_measured_graded_and_drawn(raw):
    entry = {"result": {"name": "parallel_lines", "points": 20}}
    config = load_config(put(put(raw, "reproductions.x", entry), "study.reproductions", ["x"]))
    result = config.resolve_params("reproductions", "x")["result"]
    check_listed("parallel_lines", "Measure W₁ and the Jensen-Shannon divergence")
    blocks = [measure_by_seed(result, seeds, None) for seeds in ([0, 1], [2])]
    grades = grade_reproductions({"x": result}, {"x": blocks}, {})
    assert grades["grade"].tolist() == ["reproduced"] * 2
    assert grades["setting"].unique().tolist() == ["points 20 instead of 200"]
    assert len(draw_reproduction(result, blocks).axes) == 1
