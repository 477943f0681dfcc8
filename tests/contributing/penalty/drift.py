from pydantic import PositiveFloat

from aegan.objectives.penalties import Penalty


def drift(*, weight: PositiveFloat = 0.001) -> Penalty:
    """Penalise logits of real data, ε · E D(x)², so that they stay near zero (Karras 2018, appendix A.1).

    Args:
        weight: weight ε.
    """
    return lambda discriminator, real, _fake, _rng: weight * discriminator(real).square().mean()
