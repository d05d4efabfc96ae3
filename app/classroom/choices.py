"""Sensible rules for all controls at once, each one click."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.classroom.link import CONTROLS, FIXED, FREE, HIDDEN, ClassLink, encode_link

__all__ = ["EVERYTHING", "NOTHING", "only", "outline", "query_of"]

EVERYTHING: dict[str, str] = dict.fromkeys(CONTROLS, FREE)
"""Every control free."""

NOTHING: dict[str, str] = dict.fromkeys(CONTROLS, FIXED)
"""Every control seen, none moved."""


def only(names: Iterable[str], others: str = HIDDEN) -> dict[str, str]:
    """Return rules under which some controls alone can be moved.

    Examples
    --------
    >>> [name for name, rule in only(["seed", "no such control"]).items() if rule == "free"]
    ['seed']
    """
    return dict.fromkeys(CONTROLS, others) | {name: FREE for name in names if name in CONTROLS}


def outline(rules: Mapping[str, str]) -> str:
    """Return what students can do, in a sentence.

    Examples
    --------
    >>> outline(only(["learning_rate", "batch_size"]))
    'Students move Learning rate and Batch size; they see no other control.'
    >>> outline(NOTHING), outline(EVERYTHING)
    ('Students move nothing; they see all controls.', 'Students move every control.')
    """
    moved = [CONTROLS[name] for name, rule in rules.items() if rule == FREE]
    seen = sum(rule == FIXED for rule in rules.values())
    if len(moved) == len(rules):
        return "Students move every control."
    what = _listed(moved) if len(moved) <= 6 else f"{len(moved)} controls"
    if seen and seen + len(moved) == len(rules):
        rest = "they see all controls" if not moved else "they see the others, fixed"
    else:
        rest = f"they see {seen} more, fixed; {len(rules) - seen - len(moved)} are hidden" if seen else "they see no other control"
    return f"Students move {what}; {rest if moved or seen else 'they see no control'}."


def query_of(rules: Mapping[str, str], *parts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the query parameters of a link: what is shown, then what students may do with it.

    Examples
    --------
    >>> query_of(only(["seed"]), {"learning_rate": ["0.1"]})
    {'learning_rate': ['0.1'], 'free': ['seed'], 'rest': ['hidden']}
    """
    query: dict[str, list[str]] = {}
    for part in (*parts, encode_link(ClassLink.of(rules))):
        query |= {name: list(texts) for name, texts in part.items()}
    return query


def _listed(labels: Sequence[str]) -> str:
    if len(labels) < 2:
        return labels[0] if labels else "nothing"
    return f"{', '.join(labels[:-1])} and {labels[-1]}"
