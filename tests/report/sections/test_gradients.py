def test_the_section_shows_its_figures_in_order(sections):
    section = sections["gradients"]
    assert section.title == "Gradients, layer by layer"
    assert section.shows(
        "weather",
        "depth_profile",
        "gradient_layers",
        "update_ratio",
        "saturation",
        "dead_gradients",
        "rounding",
        "discriminator",
        "losses",
    )
    assert section.headers == section.rows == []
    assert section.note == ""
