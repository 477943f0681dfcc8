from tests.config.config_changes import problems, put
from tests.contributed.checks import check_in_catalogue, check_listed

from aegan.config.sections import Autoencoder
from aegan.games.assembly import make_autoencoder_game
from aegan.training.cohort import train


def test_config_docs_catalogue_and_training_know_the_objective(tiny):
    entry = Autoencoder.model_validate({"architecture": "dense", "objective": "free_bits"}).to_params()
    check_listed("free_bits", "Variational autoencoder with free bits")
    check_in_catalogue("objectives of an autoencoder", "free_bits")
    member = tiny.member(make_autoencoder_game(tiny.entry() | {"objective": entry["objective"]}, tiny.SHAPE, 0))
    before = tiny.weights(member.game)
    train(member, 3, [])
    assert not tiny.identical(before, tiny.weights(member.game))
    assert not member.divergence


def test_the_config_asks_the_objective_how_many_heads_its_encoder_has(raw):
    broken = put(raw, "autoencoders.x", {"architecture": "article", "objective": "free_bits"})
    assert "autoencoders.x.architecture: the encoder of article ends in an activation" in problems(broken)
