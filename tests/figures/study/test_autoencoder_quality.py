"""Quality of autoencoders: reconstructions apart from codes."""

from aegan.figures.study.autoencoder_quality import SPEC


def test_reconstructions_stand_apart_from_codes(study):
    figure = SPEC.draw_study(study)
    assert [part.get_suptitle() for part in figure.subfigs] == ["digits · reconstructions", "digits · codes"]
    names = [[axes.get_title(loc="left") for axes in part.axes if axes.get_visible()] for part in figure.subfigs]
    assert names[0] == ["MSE · lower is better", "PSNR / dB · higher is better", "SSIM · higher is better"]
    assert "linear probe · higher is better" in names[1]


def test_the_alternative_text_quotes_the_medians(study):
    rows = study.autoencoder_quality.query("autoencoder == 'conv'").groupby("metric")["value"].median()
    reconstructions, codes = SPEC.describe_study(study).split(" Their codes: ")
    assert f"conv on digits SSIM {rows['ssim']:.3g}" in reconstructions
    assert f"conv on digits active units {rows['active_units']:.3g}" in codes
    assert "SSIM" not in codes
