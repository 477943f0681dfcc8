from aegan.report.sections.mechanism import SPEC, tabulate_explanations


def test_the_section_shows_the_figure_and_every_decided_comparison(sections, study):
    section = sections["mechanism"]
    assert section.title == "Why: where the gradients differ"
    assert section.shows("mechanism")
    decided = study.decisions[(study.decisions["decision"] != "undecided") & study.decisions["p"].notna()]
    assert [row[section.headers.index("decision")] for row in section.rows] == decided["decision"].tolist()


def test_the_comparisons_of_the_finding_have_a_sentence_each(study, sections):
    points = SPEC.points(study)
    assert sections["mechanism"].points == points
    assert [point.split(" ")[0] for point in points] == ["article", "latent", "ebgan"]
    assert points[0].startswith(
        "article against gan on digits, gradient decay (helps, 1.8 decades better): seen beside"
    )


def test_comparisons_of_unequal_networks_are_not_explained(study):
    unequal = study.decisions.assign(differs="a wider discriminator")
    study = type(study)(**{**vars(study), "decisions": unequal})
    assert SPEC.points(study) == []
    assert tabulate_explanations(study).rows == []
