"""What a lesson is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bncore import Experiment, RunConfig

__all__ = ["Answer", "Case", "Claim", "Curve", "Lesson", "Measure", "Measured", "Picture", "Quantity", "Source", "Verdict"]

Array = NDArray[np.float64]
Verdict = Literal["holds", "mixed", "does not hold"]


@dataclass(frozen=True)
class Curve:
    """Something that was followed over time, of R seeds.

    Parameters
    ----------
    x : ndarray, shape (T,)
    y : ndarray, shape (R, T)
    """

    x: Array
    y: Array


@dataclass(frozen=True)
class Measure:
    """What was measured on one case: numbers of shape (R,), one a seed, and curves, each by name."""

    numbers: Mapping[str, Array]
    curves: Mapping[str, Curve] = field(default_factory=dict)


Measured = Mapping[str, Measure]
"""What was measured, by the label of the case; of the same seeds in every case."""


@dataclass(frozen=True)
class Case:
    """One of the configurations that a lesson compares.

    Parameters
    ----------
    label : str
        Unique in its lesson; short enough to stand under an axis.
    config : RunConfig
        Its ``seed`` and ``seeds`` are set by who runs it.
    role : str
        Its colour: ``bn``, ``plain``, ``other`` or ``warn``.
    series, x : str, float
        Of a sweep: the line it belongs to, and its place along the axis.
    """

    label: str
    config: RunConfig
    role: str = "other"
    series: str = ""
    x: float = 0.0


@dataclass(frozen=True)
class Quantity:
    """A number that was measured.

    Parameters
    ----------
    label : str
        Its name with its unit, as an axis says it.
    kind : str
        ``count`` (whole), ``share`` (0 to 1, shown in per cent), ``number`` or ``log`` (over powers of ten).
    clock : bool
        Seconds of this machine: another time they are others.
    """

    label: str
    kind: Literal["count", "share", "number", "log"] = "number"
    clock: bool = False


@dataclass(frozen=True)
class Claim:
    """Something that is true of a seed or is not.

    Parameters
    ----------
    sentence : str
        What is claimed.
    effect : callable
        ``Measured -> ndarray, shape (R,)``: above 0 where a seed is as claimed; how much, in ``unit``. Infinite is allowed.
    least : float
        The median effect below which nobody would care.
    unit : str
        Of the effect: "epochs fewer", "points of accuracy".
    expected : Verdict
        What the page states; the evidence must give it.
    """

    sentence: str
    effect: Callable[[Measured], Array]
    least: float
    unit: str
    expected: Verdict = "holds"


@dataclass(frozen=True)
class Picture:
    """A picture of what was measured.

    Parameters
    ----------
    kind : str
        ``strips``: a dot a seed above each case; ``sweep``: median and 10 to 90 % band along ``Case.x``, a line a series;
        ``curves``: median and band over time, a line a case; ``pairs``: a dot a seed, the first case across, the second up.
    quantity : str
        Name of a number, or of a curve.
    title : str
    x_label : str
        Of a sweep or of curves.
    x_log : bool
    cases : tuple of str
        Labels of the cases that are drawn, in this order; all if empty.
    """

    kind: Literal["strips", "sweep", "curves", "pairs"]
    quantity: str
    title: str
    x_label: str = ""
    x_log: bool = False
    cases: tuple[str, ...] = ()

    def chosen(self, cases: Sequence[Case]) -> list[Case]:
        """Return the cases that are drawn, in the order in which they are named here."""
        by_label = {case.label: case for case in cases}
        return [by_label[label] for label in self.cases] if self.cases else list(cases)


@dataclass(frozen=True)
class Answer:
    """One of the answers to choose from."""

    key: str
    text: str


@dataclass(frozen=True)
class Source:
    """A paper: its arXiv number, and words for it."""

    arxiv: str
    words: str


@dataclass(frozen=True)
class Lesson:
    """One claim about batch normalization, and how it is put to the test.

    Texts are plain; blank lines part paragraphs. None states a number that is measured: those are computed.

    Parameters
    ----------
    name : str
        In the address, and of its file.
    title : str
    minutes : int
    idea : str
        The claim, in the notes' words or close to them.
    question : str
    answers : tuple of Answer
        Three or four.
    truth : callable
        ``Measured -> key`` of the answer that was measured.
    cases : tuple of Case
    measure : callable
        ``(RunConfig, label) -> Measure``; runs in a worker, for some seeds at once. A function of a module, found by its name.
    quantities : mapping of str to Quantity
        Of every number and curve.
    claims : tuple of Claim
        The first is the lesson's.
    pictures : tuple of Picture
    look : str
        What to look at in the first picture.
    explanation : str
    why_not : str
        Why it may stop to hold when the configuration is changed.
    remember : str
    follow_up : str
        What to try next.
    experiment : Experiment
        What the Playground opens on.
    knobs : tuple of str
        Fields of `RunConfig` that a student may change, for all cases.
    sources : tuple of Source
    seeds : int
        How many fit into a run on the page.
    answers_to : str
        The misconception or the thought question of the notes that this answers, if it does.
    link : str
        Words of the link to the Playground.
    told : tuple of str
        Quantities whose numbers stand in a table beside the answer.
    """

    name: str
    title: str
    minutes: int
    idea: str
    question: str
    answers: tuple[Answer, ...]
    truth: Callable[[Measured], str]
    cases: tuple[Case, ...]
    measure: Callable[[RunConfig, str], Measure]
    quantities: Mapping[str, Quantity]
    claims: tuple[Claim, ...]
    pictures: tuple[Picture, ...]
    look: str
    explanation: str
    why_not: str
    remember: str
    follow_up: str
    experiment: Experiment
    knobs: tuple[str, ...]
    sources: tuple[Source, ...]
    seeds: int = 8
    answers_to: str = ""
    link: str = "Open this experiment in the Playground"
    told: tuple[str, ...] = ()
