"""Every section of the report, in its order. To add one, write its file and add its lines here."""

from __future__ import annotations

from aegan.report.section_spec import SectionSpec
from aegan.report.sections import (
    autoencoders,
    cost,
    data,
    decisions,
    diagnosis,
    dynamics,
    gradients,
    mechanism,
    quality,
    samples,
    verdicts,
)

SECTIONS: tuple[SectionSpec, ...] = (
    data.SPEC,
    verdicts.SPEC,
    decisions.SPEC,
    mechanism.SPEC,
    gradients.SPEC,
    diagnosis.SPEC,
    dynamics.SPEC,
    samples.SPEC,
    autoencoders.SPEC,
    quality.SPEC,
    cost.SPEC,
)
