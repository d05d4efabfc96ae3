"""What is compared: the second arm made from what differs, and what both arms are called; no streamlit.

``docs/decisions/arms.md`` says how they are named, and why.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from app.words import NORMS, field_words, norm_words, value_words
from bncore.config import SHARED_FIELDS, SPECS, Arm, Experiment, RunConfig

__all__ = ["DIFFERENT", "labels_within", "named", "second_of", "short_labels", "twins"]

DIFFERENT = tuple(name for name in SPECS if name not in SHARED_FIELDS and name != "norm")
"""The fields besides the normaliser by which a second arm may differ, one of them at a time."""

SAME = "the same"
"""The second arm's label where it does not differ."""

NORM_LABELS = ("without", *(f"with {name}" for name in NORMS.values()))
LONGEST = 40
ROOM = 8
"""Characters of a label that fit everywhere."""


def twins(base: RunConfig, field: str = "norm", value: Any = "none") -> tuple[Arm, Arm]:
    """Return the base and the same with one field changed, each called by what differs.

    Raises
    ------
    ConfigError
        If the second breaks a rule.

    Examples
    --------
    >>> [arm.label for arm in twins(RunConfig())], [arm.label for arm in twins(RunConfig(norm="layer"), "norm", "batch")]
    (['with BN', 'without'], ['with layer norm', 'with BN'])
    >>> [arm.label for arm in twins(RunConfig(), "learning_rate", 0.1)]
    ['learning rate 0.03', 'learning rate 0.1']
    >>> [arm.label for arm in twins(RunConfig(norm="none"))]
    ['without', 'the same']
    """
    other = base.replace(**{field: value})
    if field == "norm":
        first, second = norm_words(base), norm_words(other)
    else:
        first, second = _label(field, getattr(base, field)), _label(field, value)
        if first == second and getattr(base, field) != value:  # cut to the same beginning
            first = f"{field_words(field)} as set"
    return Arm(first), Arm(SAME if first == second else second, ((field, value),))


def second_of(experiment: Experiment) -> tuple[str, Any] | None:
    """Return the field and the value by which the second of two arms differs; None where the arms are a person's own.

    Arms are a person's own where more differs, or where a label is none that `twins` gives.

    Examples
    --------
    >>> second_of(Experiment()), second_of(Experiment(arms=(Arm("mine"), Arm("yours", (("norm", "none"),)))))
    (('norm', 'none'), None)
    """
    if len(experiment.arms) != 2:
        return None
    first, second = experiment.arms
    if first.overrides or len(second.overrides) != 1:
        return None
    field, value = second.overrides[0]
    if field == "norm":
        ours = first.label in NORM_LABELS and second.label in (*NORM_LABELS, SAME)
    else:
        begins = first.label.startswith(f"{field_words(field)} ")
        ours = field in DIFFERENT and begins and second.label in (_label(field, value), SAME)
    return (field, value) if ours else None


@lru_cache(maxsize=256)
def named(experiment: Experiment) -> Experiment:
    """Return the experiment with its arms called by what differs now; a person's own arms keep their labels.

    Examples
    --------
    >>> [arm.label for arm in named(Experiment(RunConfig(norm="layer"))).arms]
    ['with layer norm', 'without']
    """
    second = second_of(experiment)
    return experiment if second is None else Experiment(experiment.base, twins(experiment.base, *second))


def labels_within(experiment: Experiment) -> list[str]:
    """Return what each arm is called within a sentence.

    Examples
    --------
    >>> base = RunConfig()
    >>> labels_within(Experiment(base, twins(base, "learning_rate", 0.1)))
    ['with learning rate 0.03', 'with learning rate 0.1']
    >>> labels_within(Experiment())
    ['with BN', 'without']
    """
    second = second_of(experiment)
    whole = second is None or second[0] == "norm"
    return [arm.label if whole or arm.label == SAME else f"with {arm.label}" for arm in experiment.arms]


def short_labels(experiment: Experiment) -> list[str]:
    """Return what each arm is called where there is little room; colour and place say the rest.

    Examples
    --------
    >>> base = RunConfig()
    >>> short_labels(Experiment()), short_labels(Experiment(base, twins(base, "norm", "layer")))
    (['with BN', 'without'], ['BN', 'layer norm'])
    >>> short_labels(Experiment(base, twins(base, "learning_rate", 0.1)))
    ['0.03', '0.1']
    """
    second, labels = second_of(experiment), [arm.label for arm in experiment.arms]
    if second is None or max(map(len, labels)) <= ROOM:
        return labels
    begins = "with " if second[0] == "norm" else f"{field_words(second[0])} "
    return [label.removeprefix(begins) for label in labels]


def _label(field: str, value: Any) -> str:
    text = f"{field_words(field)} {'as set' if value is None else value_words(field, value)}"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
