"""Array programs recorded once and replayed: the same ufunc calls on the same memory, without the Python between them.

A training step does the same small operations on arrays of the same shapes thousands of times, and most of its time goes into
calling Python functions and making arrays. A `Tape` watches one call of ordinary functions and can then repeat it: each ufunc
call is kept with the very arrays it read and wrote. What the functions return stays valid and is overwritten by every replay.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Recorded", "Tape"]

BY_NAME = (np.maximum, np.minimum)
"""Ufuncs that are slow when ``out`` is given by position (NumPy deprecates it for them)."""


class Tape:
    """A function of arrays that is recorded when it is first run, and replayed from then on.

    Parameters
    ----------
    function : callable
        Made of ufuncs, views and assignments; what cannot be repeated (a copy, a branch on a value, a function that is no
        ufunc) raises `TypeError`.
    *arrays : ndarray, or nested tuples of them
        Its arguments. Only what depends on them is repeated; they and what they are views of must stay where they are.

    Examples
    --------
    >>> x, total = np.array([1.0, 2.0]), np.zeros(2)
    >>> tape = Tape(lambda x, total: np.add(total, x * x, out=total), x, total)
    >>> tape.run().tolist()
    [1.0, 4.0]
    >>> x += 1.0
    >>> tape.run() is tape.run(), total.tolist()
    (True, [9.0, 22.0])
    """

    def __init__(self, function: Callable[..., Any], *arrays: Any) -> None:
        self._calls: list[Callable[[], object]] = []
        self._function: Callable[..., Any] | None = function
        self._arrays = arrays
        self.result: Any = None
        """What the function returned, since the first run."""

    def __len__(self) -> int:
        return len(self._calls)

    def run(self) -> Any:
        """Do everything on what the arrays hold now; return the function's result: the same arrays each time, overwritten."""
        if self._function is None:
            for call in self._calls:
                call()
        else:
            self.result = _map(self._function(*(_map(a, self.watched) for a in self._arrays)), _plain)
            self._function, self._arrays = None, ()  # nothing here holds what made the tape
        return self.result

    def keep(self, function: Callable[..., Any], inputs: tuple[Any, ...], out: NDArray[Any], options: dict[str, Any]) -> None:
        """Add one call that writes to ``out``."""
        kinds = [a.dtype for a in (*inputs, out) if isinstance(a, np.ndarray) and a.dtype.kind in "fc"]
        if kinds:
            inputs = tuple(np.array(a, kinds[0]) if isinstance(a, float) else a for a in inputs)  # saves a conversion a call
        if options or function in BY_NAME or not isinstance(function, np.ufunc):
            self._calls.append(partial(function, *inputs, out=out, **options))
        else:
            self._calls.append(partial(function, *inputs, out))

    def watched(self, array: NDArray[Any]) -> Recorded:
        """Return a view whose operations are kept."""
        watched = array.view(Recorded)
        watched.tape = weakref.ref(self)  # arrays outlive the tape: results are views of them
        return watched


class Recorded(np.ndarray):
    """An array whose operations a tape records."""

    tape: weakref.ref[Tape] | None = None

    def __array_finalize__(self, parent: Any) -> None:
        tape = getattr(parent, "tape", None)
        if tape is not None and self.base is None:
            raise TypeError("Tape.run: only ufuncs and views can be repeated; got a copy. Write it with a ufunc.")
        self.tape = tape

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, out: tuple[Any, ...] = (), **options: Any) -> Any:
        found = next((a.tape for a in (*inputs, *out) if isinstance(a, Recorded)), None)
        tape = found() if found else None
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        plain = tuple(_plain(a) for a in inputs)
        result = function(*plain, out=_plain(out[0]) if out else None, **options)
        if tape is None or not isinstance(result, np.ndarray):
            came = f"{ufunc.__name__}.{method} gave {type(result).__name__}"
            raise TypeError(f"Tape.run: results must be arrays of a recorded one; {came}. Keep the dimension, or pass the array.")
        tape.keep(function, plain, result, options)
        return tape.watched(result)

    def __array_function__(self, function: Callable[..., Any], *_: Any) -> Any:
        raise TypeError(f"Tape.run: only ufuncs and views can be repeated; got np.{function.__name__}.")

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        if not isinstance(part, Recorded) or not np.may_share_memory(_plain(part), _plain(self)):
            raise TypeError("Tape.run: only ufuncs and views can be repeated; got a part that is no view.")
        return part

    def __setitem__(self, key: Any, value: Any) -> None:
        np.positive(value, out=self[key])

    def __bool__(self) -> bool:
        raise TypeError("Tape.run: what is done must not depend on values; got a branch on one.")

    def __float__(self) -> float:
        raise TypeError("Tape.run: what is done must not depend on values; got float() of one.")

    def item(self, *_: Any) -> Any:
        """Refuse: a number read while recording would be repeated as it was."""
        raise TypeError("Tape.run: what is done must not depend on values; got item() of one.")

    def tolist(self) -> Any:
        """Refuse, as `item`."""
        raise TypeError("Tape.run: what is done must not depend on values; got tolist() of one.")


def _plain(array: Any) -> Any:
    return array.view(np.ndarray) if isinstance(array, Recorded) else array


def _map(tree: Any, leaf: Callable[[Any], Any]) -> Any:
    """Return nested tuples, named ones and lists included, with every array replaced."""
    if isinstance(tree, np.ndarray):
        return leaf(tree)
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_map(part, leaf) for part in tree))
    if isinstance(tree, (tuple, list)):
        return type(tree)(_map(part, leaf) for part in tree)
    return tree
