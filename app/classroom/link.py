"""A class link: which controls a student may move, which are fixed, and which are hidden; to and from query parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bncore.config import SPECS

__all__ = [
    "COMPARE",
    "CONTROLS",
    "FIXED",
    "FREE",
    "HIDDEN",
    "PARAMS",
    "PRESET",
    "RULES",
    "ClassLink",
    "control_of",
    "decode_link",
    "encode_link",
    "group_of",
]

FREE, FIXED, HIDDEN = RULES = ("free", "fixed", "hidden")
"""What a control can be to a student: moved; seen and not moved; not seen and not moved."""

COMPARE, PRESET = "compare", "preset"

CONTROLS: dict[str, str] = {
    PRESET: "Preset",
    COMPARE: "Compare with",
    **{name: spec.label for name, spec in SPECS.items() if name != "steps"},
    "epochs": "Epochs, or steps",
    "table": "Your own table",
}  # fmt: skip
"""Every control by name, with its label. The fields of `RunConfig`, but for the two of a run's length, which are one control."""

LISTS = {"free": FREE, "fixed": FIXED, "hide": HIDDEN}  # `hidden` is a field: the widths of the hidden layers
REST = "rest"
PARAMS = (*LISTS, REST)
"""The query parameters of a class link."""

STRICTNESS = {rule: i for i, rule in enumerate(RULES)}
LONGEST, MOST_NAMED = 2000, 5


@dataclass(frozen=True)
class ClassLink:
    """What a student may do.

    Parameters
    ----------
    rest : str
        The rule of every control that is not among the others.
    others : tuple of (str, str)
        Controls with another rule, in the order of `CONTROLS`.

    Examples
    --------
    >>> link = ClassLink.of({"learning_rate": "free"}, rest="hidden")
    >>> link.rule("learning_rate"), link.rule("steps"), link.is_free("seed")
    ('free', 'hidden', False)
    """

    rest: str = FIXED
    others: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, rules: Mapping[str, str], rest: str = FREE) -> ClassLink:
        """Return the link of a rule for each control; those without one have the rest's.

        What most have becomes the rest, so that the address is short; where two are as many, the stricter.
        """
        whole = {name: rules.get(name, rest) for name in CONTROLS}
        counts = Counter(whole.values())
        most = max(counts, key=lambda rule: (counts[rule], STRICTNESS[rule]))
        return cls(most, tuple((name, rule) for name, rule in whole.items() if rule != most))

    def rule(self, name: str) -> str:
        """Return the rule of a control, or of the control of a field."""
        return dict(self.others).get(control_of(name), self.rest)

    def is_free(self, name: str) -> bool:
        """Return whether a student may move a control, or change a field."""
        return self.rule(name) == FREE


def control_of(field: str) -> str:
    """Return the control that changes a field.

    Examples
    --------
    >>> control_of("steps"), control_of("eps")
    ('epochs', 'eps')
    """
    return "epochs" if field == "steps" else field


def group_of(control: str) -> str:
    """Return where a control stands.

    Examples
    --------
    >>> group_of("preset"), group_of("eps")
    ('Experiment', 'Normalization')
    """
    return SPECS[control].group if control in SPECS else "Experiment"


def encode_link(link: ClassLink) -> dict[str, list[str]]:
    """Return the query parameters of a link.

    Examples
    --------
    >>> encode_link(ClassLink.of({"learning_rate": "free", "batch_size": "free"}, rest="hidden"))
    {'free': ['learning_rate,batch_size'], 'rest': ['hidden']}
    """
    named = {param: [name for name, other in link.others if other == rule] for param, rule in LISTS.items()}
    return {param: [",".join(names)] for param, names in named.items() if names} | {REST: [link.rest]}


def decode_link(params: Mapping[str, Sequence[str]]) -> tuple[ClassLink | None, list[str]]:
    """Return the link of query parameters, None where they hold none, and a message for each thing that makes no sense.

    Where the rest is not said, it is fixed if anything is said to be free, else free. A control that is named twice gets the
    stricter rule.

    Examples
    --------
    >>> decode_link({"free": ["learning_rate,lr"]})[1]
    ['free: must name controls, such as learning_rate,batch_size; got lr. Left out.']
    >>> decode_link({"seed": ["3"]})
    (None, [])
    """
    given = {param: [text for text in params.get(param, ()) if text.strip()] for param in PARAMS}
    if not any(given.values()):
        return None, []
    rules: dict[str, str] = {}
    said: list[str] = []
    for param, rule in LISTS.items():
        names, problems = _names(param, given[param])
        said += problems
        for name in names:
            rules[name] = max(rule, rules.get(name, rule), key=STRICTNESS.__getitem__)
    rest, problems = _rest(given[REST], bool(given["free"]))
    return ClassLink.of(rules, rest), [*said, *problems]


def _names(param: str, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    if sum(map(len, texts)) > LONGEST:
        return [], [f"{param}: must be at most {LONGEST} characters; got {sum(map(len, texts))}. Left out."]
    names = [control_of(name.strip()) for text in texts for name in text.split(",") if name.strip()]
    unknown = list(dict.fromkeys(name for name in names if name not in CONTROLS))
    known = [name for name in dict.fromkeys(names) if name in CONTROLS]
    problem = f"{param}: must name controls, such as learning_rate,batch_size; got {_few(unknown)}. Left out."
    return known, [problem] if unknown else []


def _few(names: Iterable[str]) -> str:
    shown = [name[:40] for name in names]
    more = f" and {len(shown) - MOST_NAMED} more" if len(shown) > MOST_NAMED else ""
    return f"{', '.join(shown[:MOST_NAMED])}{more}"


def _rest(texts: Sequence[str], some_free: bool) -> tuple[str, list[str]]:
    if not texts:
        return FIXED if some_free else FREE, []
    if texts[-1].strip() in RULES:
        return texts[-1].strip(), []
    return FIXED, [f"{REST}: must be one of {', '.join(RULES)}; got {texts[-1][:40]}. Using {FIXED}."]
