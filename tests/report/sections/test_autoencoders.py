def test_the_section_shows_its_figures_in_order(sections):
    section = sections["autoencoders"]
    assert section.title == "Autoencoders"
    assert section.shows(
        "reconstructions", "worst_reconstructions", "autoencoder_quality", "latents", "autoencoder_gradients"
    )
    assert section.headers == section.rows == []
    assert section.note == ""
