"""An experiment under a class link: what is fixed stays as it was given, whatever is asked for; pure."""

from __future__ import annotations

from typing import Any

from app.classroom.link import COMPARE, ClassLink
from app.controls.mend import mend
from bncore.config import SPECS, Arm, Experiment

__all__ = ["free_fields", "held", "keeps"]


def held(link: ClassLink, given: Experiment, before: Experiment, asked: Experiment) -> tuple[Experiment, list[str]]:
    """Return the experiment that is asked for, with everything that is not free as it was given.

    Parameters
    ----------
    link : ClassLink
    given : Experiment
        What the teacher gave.
    before : Experiment
        What is shown now: it is left where what is asked for does not go with what is fixed.
    asked : Experiment

    Examples
    --------
    >>> link = ClassLink.of({"learning_rate": "free"}, rest="fixed")
    >>> asked = Experiment().replace({"learning_rate": 0.1, "batch_size": 8})
    >>> kept = held(link, Experiment(), Experiment(), asked)[0].base
    >>> kept.learning_rate, kept.batch_size
    (0.1, 32)
    """
    if keeps(link, given, asked):
        return asked, []
    values: dict[str, Any] = {name: getattr((asked if link.is_free(name) else given).base, name) for name in SPECS}
    arms = asked.arms if _arms_keep(link, given, asked.arms) else before.arms
    mended, said = mend(values, arms)
    if keeps(link, given, mended):
        return mended, said
    return before, ["This does not go with what your teacher has fixed. Nothing was changed."]


def keeps(link: ClassLink, given: Experiment, experiment: Experiment) -> bool:
    """Return whether an experiment has everything that is not free as it was given.

    The second arm of a comparison that is free may have another normalization, and other values of free fields.

    Examples
    --------
    >>> keeps(ClassLink("fixed"), Experiment(), Experiment().replace({"seed": 3}))
    False
    """
    same = all(link.is_free(name) or getattr(experiment.base, name) == getattr(given.base, name) for name in SPECS)
    return same and _arms_keep(link, given, experiment.arms)


def free_fields(link: ClassLink | None) -> frozenset[str]:
    """Return the fields that may be changed.

    Examples
    --------
    >>> sorted(free_fields(ClassLink.of({"epochs": "free"}, rest="hidden")))
    ['epochs', 'steps']
    """
    return frozenset(name for name in SPECS if link is None or link.is_free(name))


def _arms_keep(link: ClassLink, given: Experiment, arms: tuple[Arm, ...]) -> bool:
    overrides = [arm.overrides for arm in arms]  # labels follow from the base
    if overrides == [arm.overrides for arm in given.arms]:
        return True
    may = {"norm", *free_fields(link)}
    return link.is_free(COMPARE) and all(name in may for each in overrides for name, _ in each)
