from __future__ import annotations

import copy
import io
import os
import pickle
import random
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from bncore.container import StoreError
from bncore.history import History
from bncore.state import TrainState
from tests.bncore.files import ANOTHER_COPY, HISTORY, STATE, assert_same, loaded, npy, raw


def test_a_truth_is_one_of_two_bytes():
    with zipfile.ZipFile(io.BytesIO(HISTORY)) as archive:
        members = {name.removesuffix(".npy"): archive.read(name) for name in archive.namelist()}
    members["eval_epoch_end"] = members["eval_epoch_end"][:-1] + b"\x02"
    with pytest.raises(StoreError, match=r"^load\.'eval_epoch_end\.npy': must hold true and false; got other bytes\. "):
        loaded(raw(**members), History)


def test_an_array_stands_once_and_where_it_says():
    with zipfile.ZipFile(io.BytesIO(STATE)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        for name, data in [*members.items(), ("params", members["params.npy"])]:
            archive.writestr(name, data)
    with pytest.raises(StoreError, match=r"^load: must hold each array once; got one twice\. "):
        loaded(twice.getvalue(), TrainState)
    longer = {name.removesuffix(".npy"): data for name, data in members.items()}
    length = int.from_bytes(longer["params"][8:10], "little")
    longer["params"] = longer["params"][:8] + struct.pack("<H", length + 1) + longer["params"][10:]
    with pytest.raises(StoreError, match=r"^load\.'params\.npy': must be a plain array of numbers; got something else\. "):
        loaded(raw(**longer), TrainState)


def test_a_header_has_its_bound(monkeypatch):
    monkeypatch.setattr("bncore.container.HEADER_BYTES", 99)
    with pytest.raises(StoreError, match=r"^load\.header: must be a text of at most 99 bytes; got none, or another array\. "):
        loaded(STATE, TrainState)


class Trap:
    def __reduce__(self):
        return os.mkdir, ("trap",)


def bomb(kind: str) -> bytes:
    """Return a file that would be dear to open."""
    file = io.BytesIO()
    if kind == "compressed":
        np.savez_compressed(file, header=np.zeros(200_000_000, np.uint8))
    elif kind == "overlapping":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("0.npy", npy(np.zeros(1_000_000)))
            entry = archive.infolist()[0]
            for i in range(1, 50):
                twin = copy.copy(entry)
                twin.filename = twin.orig_filename = f"{i}.npy"
                archive.filelist.append(twin)
            archive._didModify = True
    elif kind == "directory":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("0.npy", b"")
            archive.filelist *= 200_000
    elif kind == "declared":
        text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999, 999), }\n"
        return raw(header=b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(8))
    elif kind == "nothing, widely":
        text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 999999999999999, 999999999999999), }\n"
        return raw(header=b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text)
    elif kind == "expression":
        text = b"{'descr': '<f8', 'fortran_order': False, 'shape': " + b"(" * 9000 + b")" * 9000 + b", }\n"
        return raw(header=b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text)
    else:
        np.savez(file, header=np.array([Trap()], dtype=object))
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("compressed", "load: must not be compressed; got a compressed file. Choose a file as it was saved here."),
        ("overlapping", f"load: must hold what it declares; got parts larger than the file, or overlapping. {ANOTHER_COPY}"),
        ("directory", f"load: must hold at most 64 arrays; got more. {ANOTHER_COPY}"),
        ("declared", f"load.'header.npy': must hold (99999999999, 999) numbers as it declares; got 8 bytes. {ANOTHER_COPY}"),
        ("nothing, widely", f"load: must be a whole file; got a damaged or shortened one. {ANOTHER_COPY}"),
        ("expression", f"load.'header.npy': must be a plain array of numbers; got something else. {ANOTHER_COPY}"),
        ("pickle", f"load.'header.npy': must be a plain array of numbers; got something else. {ANOTHER_COPY}"),
    ],
)
def test_nothing_is_expanded_and_nothing_is_run(kind, rule, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = bomb(kind)
    tracemalloc.start()
    try:
        with pytest.raises(StoreError) as error:
            loaded(data, TrainState)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(error.value) == rule
    assert peak < 4 * len(data) + 2_000_000
    assert list(tmp_path.iterdir()) == []


def outcome(data: bytes, kind, original) -> str:
    try:
        assert_same(loaded(data, kind), original)
    except StoreError:
        return "refused"
    return "equal"


@pytest.mark.parametrize("kind", [TrainState, History])
def test_damaged_bytes_are_refused_or_harmless(kind):
    data = STATE if kind is TrainState else HISTORY
    original, rng, seen = loaded(data, kind), random.Random(0), set()
    for _ in range(1500):
        damaged = bytearray(data)
        for _ in range(rng.choice([1, 1, 2, 8])):
            # the directory at the end is a small part of the file that everything hangs on
            place = rng.randrange(len(data)) if rng.random() < 0.4 else -1 - rng.randrange(min(len(data), 1200))
            damaged[place] = rng.choice([0, 255, rng.randrange(256), damaged[place] ^ 1 << rng.randrange(8)])
        seen.add(outcome(bytes(damaged), kind, original))
    assert seen == {"refused", "equal"}
    for cut in {*range(0, len(data), 97), *range(len(data) - 60, len(data))}:
        assert outcome(data[:cut], kind, original) == "refused"
        assert outcome(data[cut:] if cut else data + data[:-1], kind, original) in ("refused", "equal")


def test_the_error_can_be_sent_between_processes():
    error = StoreError("load", "must be so", "not so", "Mend it.")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.where, again.mend) == ("load: must be so; got not so. Mend it.", "load", "Mend it.")
