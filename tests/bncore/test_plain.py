from __future__ import annotations

import reprlib
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bncore.config import RECORD_VERSION, RunConfig
from bncore.container import StoreError, read_arrays
from bncore.fork import fork
from bncore.history import History
from bncore.state import TrainState
from tests.bncore.files import ANOTHER_COPY, HISTORY, SMALL, STATE, assert_same, changed, loaded, npy, raw, stored

SAVED_HERE = "Choose one that was saved here."
DAMAGED = f"load: must be a whole file; got a damaged or shortened one. {ANOTHER_COPY}"
ALL = ", ".join(f.name for f in fields(TrainState) if "axes" not in f.metadata)
PARTS = "header/parts"


def forks(depth: int) -> dict | None:
    """Return the origin of a fork of a fork, and so on, as it stands in a header."""
    origin = None
    for _ in range(depth):
        origin = {"config": SMALL.as_text(), "step": 1, "origin": origin}
    return origin


REFUSED = {
    "no bytes": (b"", f"load: must be a file of BatchNorm Lab; got another or an empty file. {SAVED_HERE}"),
    "a picture": (b"\x89PNG" + bytes(99), f"load: must be a file of BatchNorm Lab; got another or an empty file. {SAVED_HERE}"),
    "cut": (STATE[:-1], DAMAGED),
    "a bit": (STATE.replace(b"BatchNorm", b"BatchnOrm"), DAMAGED),
    "another archive": (
        raw(a=npy(np.arange(3))),
        "load.header: must be a text of at most 8000000 bytes; got none, or another array. Choose a file that was saved here.",
    ),
    "another header": (
        raw(header=npy(np.frombuffer(b"{}", np.uint8))),
        "load.format: must be BatchNorm Lab; got None. Choose a file that was saved here.",
    ),
    "no dictionary": (
        raw(header=npy(np.frombuffer(b"[]", np.uint8))), f"load.header: must be a dictionary; got list. {ANOTHER_COPY}",
    ),
    "no JSON": (raw(header=npy(np.frombuffer(b"[", np.uint8))), DAMAGED),
    "deep JSON": (raw(header=npy(np.frombuffer(b"[" * 100_000, np.uint8))), DAMAGED),
    "newer": (changed(STATE, "header/version", 2), "load.version: must be at most 1; got 2. Use a newer BatchNorm Lab."),
    "no version": (
        changed(STATE, "header/version", True), f"load.version: must be a whole number, 1..2147483648; got True. {ANOTHER_COPY}",
    ),
    "another engine": (
        changed(STATE, "header/engine", 0),
        f"load.engine: must be {RECORD_VERSION}, whose numbers these are; got 0. Train it again.",
    ),
    "a history": (HISTORY, "load.kind: must be a state; got 'history'. Choose another file."),
    "no parts": (changed(STATE, PARTS, 3), f"TrainState: must be a dictionary of parts; got 3. {ANOTHER_COPY}"),
    "a part less": (
        changed(STATE, f"{PARTS}/orders", ...), f"TrainState: must hold {ALL}; got missing or strange: ['orders']. {ANOTHER_COPY}",
    ),
    "a part more": (
        changed(STATE, PARTS, lambda parts: parts | {"more": 1}),
        f"TrainState: must hold {ALL}; got missing or strange: ['more']. {ANOTHER_COPY}",
    ),
    "a step after the end": (
        changed(STATE, f"{PARTS}/step", 99), f"TrainState.step: must be a whole number, 0..16; got 99. {ANOTHER_COPY}",
    ),
    "an array less": (
        changed(STATE, "arrays/params", ...),
        f"TrainState: must hold params, running, moments; got missing or strange: ['params']. {ANOTHER_COPY}",
    ),
    "another shape": (
        changed(STATE, "arrays/running", lambda a: a[:, 1:]),
        f"TrainState.running: must be float64 of shape (2, 10); got float64 of shape (2, 9). {ANOTHER_COPY}",
    ),
    "another dtype": (
        changed(STATE, "arrays/params", lambda a: a.astype(np.float32)),
        f"TrainState.params: must be float64 of shape (2, 30); got float32 of shape (2, 30). {ANOTHER_COPY}",
    ),
    "longer numbers than the settings say": (
        changed(STATE, f"{PARTS}/config/precision", "float32"),
        f"TrainState.params: must be float32 of shape (2, 30); got float64 of shape (2, 30). {ANOTHER_COPY}",
    ),
    "a setting out of bounds": (
        changed(STATE, f"{PARTS}/config/learning_rate", "1e9"),
        f"TrainState.config.learning_rate: must be 1e-05..100; got 1000000000.0. {ANOTHER_COPY}",
    ),
    "a strange setting": (
        changed(STATE, f"{PARTS}/config", lambda c: c | {"speed": "1"}),
        "TrainState.config: must hold settings that are known here; got ['speed']. Use a newer BatchNorm Lab.",
    ),
    "a setting that is no text": (
        changed(STATE, f"{PARTS}/config", {"seeds": 2}),
        f"TrainState.config: must be settings as texts; got {{'seeds': 2}}. {ANOTHER_COPY}",
    ),
    "a generator of another kind": (
        changed(STATE, f"{PARTS}/orders/0/bit_generator", "MT19937"),
        f"TrainState.orders.bit_generator: must be PCG64; got 'MT19937'. {ANOTHER_COPY}",
    ),
    "a generator's number": (
        changed(STATE, f"{PARTS}/orders/1/state/state", "-1"),
        f"TrainState.orders.state.state: must be the digits of a number below 2**128; got '-1'. {ANOTHER_COPY}",
    ),
    "a generator's number of 129 bits": (
        changed(STATE, f"{PARTS}/orders/1/state/inc", str(2**128 + 1)),
        "TrainState.orders.state.inc: must be the digits of a number below 2**128; got "
        f"{reprlib.repr(str(2**128 + 1))}. {ANOTHER_COPY}",
    ),
    "an even increment": (
        changed(STATE, f"{PARTS}/orders/1/state/inc", "4"), f"TrainState.orders.state.inc: must be odd; got 4. {ANOTHER_COPY}",
    ),
    "a generator's rest": (
        changed(STATE, f"{PARTS}/orders/1/uinteger", -1),
        f"TrainState.orders.uinteger: must be a whole number, 0..4294967295; got -1. {ANOTHER_COPY}",
    ),
    "a generator too few": (
        changed(STATE, f"{PARTS}/orders", []), f"TrainState.orders: must be a list of 2; got []. {ANOTHER_COPY}",
    ),
    "a generator too many": (
        changed(STATE, f"{PARTS}/masks", [1, 2]), f"TrainState.masks: must be a list of 0; got [1, 2]. {ANOTHER_COPY}",
    ),
    "a flag": (
        changed(STATE, f"{PARTS}/diverged", [0, 1]),
        f"TrainState.diverged: must be true or false for each run; got [0, 1]. {ANOTHER_COPY}",
    ),
    "an origin": (
        changed(STATE, f"{PARTS}/origin", 7),
        f"TrainState.origin: must be a dictionary of config, step, origin; got 7. {ANOTHER_COPY}",
    ),
    "too many origins": (
        changed(STATE, f"{PARTS}/origin", forks(900)),
        f"TrainState.origin: must be at most 32 forks deep; got more. {ANOTHER_COPY}",
    ),
    "an origin of another shape": (
        changed(STATE, f"{PARTS}/origin", {"config": RunConfig(seeds=2).as_text(), "step": 1, "origin": None}),
        "TrainState.origin: must keep the shape of the parameters and of the running statistics; got hidden 3,2. " + ANOTHER_COPY,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_each_refusal_says_why(data, message):
    with pytest.raises(StoreError) as error:
        loaded(data, TrainState)
    assert str(error.value) == message


HISTORIES_REFUSED = {
    "a time that stands still": ("arrays/eval_step", lambda a: a * 0, "History.eval_step: must rise within 0..16; got [0, "),
    "a time after the end": ("arrays/frame_step", lambda a: a + 1, "History.frame_step: must rise within 0..16; got [1, "),
    "a time that wraps around": (
        "arrays/eval_step", lambda a: np.where(a == 16, np.iinfo(np.int64).min, a),
        "History.eval_step: must rise within 0..16; got [0, ",
    ),
    "a frame without evaluation": (
        "arrays/frame_eval", lambda a: a + 1, "History.frame_eval: must be the evaluation at each frame's step; got [1, ",
    ),
    "a frame with another's evaluation": (
        "arrays/frame_eval", lambda a: a[::-1], "History.frame_eval: must be the evaluation at each frame's step; got [16, ",
    ),
    "evaluations that are cut": (
        "arrays/test_loss", lambda a: a[1:], "History.test_loss: must be float64 of shape (17, 2); got float64 of shape (16, 2). ",
    ),
    "frames that are cut": (
        "arrays/running", lambda a: a[1:],
        "History.running: must be float64 of shape (17, 2, 10); got float64 of shape (16, 2, 10). ",
    ),
    "numbers for truths": (
        "arrays/eval_epoch_end", lambda a: a.astype(np.int64),
        "History.eval_epoch_end: must be bool of shape (17,); got int64 of shape ",
    ),
    "a divergence of no run": (
        f"{PARTS}/divergences", [{"run": 2, "seed": 2, "epoch": 1, "step": 1, "quantity": "z"}],
        "History.divergences.run: must be a whole number, 0..1; got 2. ",
    ),
    "a divergence of another seed": (
        f"{PARTS}/divergences", [{"run": 1, "seed": 0, "epoch": 1, "step": 1, "quantity": "z"}],
        "History.divergences.seed: must be a whole number, 1..1; got 0. ",
    ),
    "a divergence that cannot be shown": (
        f"{PARTS}/divergences", [{"run": 1, "seed": 1, "epoch": 1, "step": 1, "quantity": "z\x1b[2J"}],
        "History.divergences.quantity: must be 1..80 printable characters; got 'z\\x1b[2J'. ",
    ),
    "a divergence too long": (
        f"{PARTS}/divergences", [{"run": 1, "seed": 1, "epoch": 1, "step": 1, "quantity": "z" * 81}],
        "History.divergences.quantity: must be 1..80 printable characters; got 'zzz",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), HISTORIES_REFUSED.values(), ids=HISTORIES_REFUSED)
def test_a_record_must_agree_with_itself(path, value, message):
    with pytest.raises(StoreError) as error:
        loaded(changed(HISTORY, path, value), History)
    assert str(error.value).startswith(message)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value, path=()):
    """Return the way to every value inside a header."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, inner in items for place in places(inner, (*path, str(name))))]


FORKED = stored(fork(loaded(HISTORY, History), 3, learning_rate=0.5))
PLACES = {data: places(read_arrays(data)[0], ("header",))[1:] for data in (STATE, HISTORY, FORKED)}


@settings(max_examples=400)
@given(st.data())
def test_a_header_of_anything_is_refused_or_makes_a_whole_value(data):
    chosen = data.draw(st.sampled_from([STATE, HISTORY, FORKED]))
    place = "/".join(data.draw(st.sampled_from(PLACES[chosen])))
    value = data.draw(JUNK | st.just(...))
    kind = History if chosen is HISTORY else TrainState
    try:
        found = loaded(changed(chosen, place, value), kind)
    except StoreError:
        return
    assert_same(loaded(stored(found), kind), found)
