from tests.contributed.checks import render_page
from tests.figures.synthetic import build


def test_the_report_has_the_section_its_lead_its_table_and_its_entry_in_the_contents():
    page = render_page(build(methods=("gan", "latent"), seeds=[0, 4], steps=4, slim=True))
    assert 'href="#memorisation"' in page
    section = page.partition('id="memorisation"')[2].partition("<section")[0]
    assert "Samples that are closer to the train split than to the test split are copies" in section
    assert "Lowest seed" in section
    assert "distance to train / test" in section
