"""The engine as the scheduler sees it, and one slice of its work."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.compute.call import Answer, Call, run_call
from bncore import Dataset, History, Pictures, RunConfig, TrainState, advance_many, init_state, load_data, picture_frames

__all__ = ["BNCORE", "Engine", "Piece", "Slice", "run_slice", "run_slices", "run_task", "run_tasks", "sentence"]


@dataclass(frozen=True)
class Engine:
    """The functions that a slice calls; module-level ones, because they travel to the workers by name.

    Parameters
    ----------
    init_state : callable
        ``RunConfig -> TrainState``.
    advance_many : callable
        ``(states, epochs) -> [(TrainState, History), ...]``, the history of these epochs only; the states share a structure.
    load_data : callable
        ``RunConfig -> Dataset``.
    picture_frames : callable
        ``(RunConfig, Dataset, History, run) -> Pictures``.
    """

    init_state: Callable[[RunConfig], TrainState]
    advance_many: Callable[[Sequence[TrainState], int], list[tuple[TrainState, History]]]
    load_data: Callable[[RunConfig], Dataset]
    picture_frames: Callable[[RunConfig, Dataset, History, int], Pictures]


BNCORE = Engine(init_state, advance_many, load_data, picture_frames)
"""The engine itself."""


@dataclass(frozen=True)
class Slice:
    """A task: carry a run on from a state, or from its beginning (``state`` None), for some epochs.

    Parameters
    ----------
    config : RunConfig
    run : int
        Position of the run whose pictures are made.
    state : TrainState or None
    epochs : int
        At least 1.
    """

    config: RunConfig
    run: int
    state: TrainState | None
    epochs: int


@dataclass(frozen=True)
class Piece:
    """What a slice gives back.

    Parameters
    ----------
    state : TrainState
        To carry on from.
    history : History
    pictures : Pictures
    dataset : Dataset or None
        With the first slice of a run only.
    seconds : float
        What training and drawing took, without the preparations of a first slice; of training in one pass its share.
    """

    state: TrainState
    history: History
    pictures: Pictures
    dataset: Dataset | None
    seconds: float


def run_slice(engine: Engine, task: Slice) -> Piece:
    """Return what the engine makes of a task: a function of the task alone, so it can be repeated anywhere.

    Examples
    --------
    >>> piece = run_slice(BNCORE, Slice(RunConfig(seeds=1), run=0, state=None, epochs=2))
    >>> piece.state.step, len(piece.pictures.surface) == len(piece.history.frame_step)
    (26, True)
    """
    return run_slices(engine, [task])[0]


def run_slices(engine: Engine, tasks: Sequence[Slice]) -> list[Piece]:
    """Return what the engine makes of some tasks of one structure, one step and one number of epochs, in one pass.

    Each is what `run_slice` makes of it alone.

    Examples
    --------
    >>> tasks = [Slice(RunConfig(seeds=1, learning_rate=rate), run=0, state=None, epochs=1) for rate in (0.1, 0.2)]
    >>> [piece.history.config.learning_rate for piece in run_slices(BNCORE, tasks)]
    [0.1, 0.2]
    """
    datasets = [engine.load_data(task.config) for task in tasks]
    states = [engine.init_state(task.config) if task.state is None else task.state for task in tasks]
    begin = time.perf_counter()
    trained = engine.advance_many(states, tasks[0].epochs)
    share = (time.perf_counter() - begin) / len(tasks)
    pieces = []
    for task, dataset, (state, history) in zip(tasks, datasets, trained, strict=True):
        begin = time.perf_counter()
        pictures = engine.picture_frames(task.config, dataset, history, task.run)
        seconds = share + time.perf_counter() - begin
        pieces.append(Piece(state, history, pictures, dataset if task.state is None else None, seconds))
    return pieces


def run_task(engine: Engine, task: Slice | Call) -> Piece | Answer:
    """Return what a task gives, of either kind."""
    return run_call(task) if isinstance(task, Call) else run_slice(engine, task)


def run_tasks(engine: Engine, tasks: Sequence[Slice | Call]) -> list[Piece | Answer]:
    """Return what some tasks give that can be done in one pass, or one task."""
    slices = [task for task in tasks if isinstance(task, Slice)]
    if len(slices) < len(tasks):
        return [run_task(engine, task) for task in tasks]
    return [*run_slices(engine, slices)]


def sentence(error: Exception) -> str:
    """Return what went wrong in the engine as a sentence for people.

    Examples
    --------
    >>> sentence(MemoryError())
    'Training: must fit into memory; got MemoryError. Use fewer seeds, points or neurons.'
    """
    if isinstance(error, MemoryError):
        return "Training: must fit into memory; got MemoryError. Use fewer seeds, points or neurons."
    return f"Training: must end without an error; got {type(error).__name__}: {error}. Choose other settings."
