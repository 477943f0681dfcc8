from torch import nn

from aegan.networks.entries import AutoencoderEntry, NetworkEntry
from aegan.registry import build, make_options_model


def scaled_linear(inputs, *, width: int = 3):
    """Linear layer.

    Args:
        inputs: numbers per sample.
        width: units.
    """
    return nn.Linear(inputs, width)


def test_an_entry_is_built_like_its_function_and_states_its_facts():
    entry = NetworkEntry(scaled_linear, needs_images=True)
    assert build({"linear": entry}, {"name": "linear", "width": 5}, 2).weight.shape == (5, 2)
    assert entry.needs_images
    assert make_options_model("linear", entry).model_fields["width"].description == "units."


def test_an_entry_accepts_points_and_signed_codes_unless_it_says_otherwise():
    assert not NetworkEntry(scaled_linear).needs_images
    assert not AutoencoderEntry(scaled_linear).needs_images
    assert AutoencoderEntry(scaled_linear).signed_codes
    assert not AutoencoderEntry(scaled_linear, signed_codes=False).signed_codes
