from __future__ import annotations

import copy
import io
import json
import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bncore.store
from bncore.config import RunConfig
from bncore.container import read_arrays
from bncore.history import History
from bncore.state import TrainState, init_state
from bncore.store import VERSION, StoreError, load, save
from bncore.train import advance
from tests.bncore.files import ANOTHER_COPY, SMALL, STATE, assert_same, loaded, stored
from tests.bncore.records import assert_equal
from tests.configs import configs


def small(config: RunConfig) -> RunConfig:
    """Return settings of the same kind that train in a moment."""
    hidden = tuple(min(width, 6) for width in config.hidden[:3])
    layers = config.norm_layers
    chosen = layers if layers == "all" else tuple(layer for layer in layers if layer <= len(hidden))
    sizes = {"samples": 20 + config.samples % 20, "seeds": 1 + config.seeds % 3, "batch_size": 1, "norm_layers": chosen}
    reduced = config.replace(hidden=hidden, steps=6, **sizes)
    return reduced.replace(batch_size=1 + config.batch_size % reduced.n_train)


@settings(max_examples=60)
@given(configs(), st.integers(0, 2**32))
def test_what_was_saved_is_loaded_to_the_last_bit(config, seed):
    config = small(config)
    start = init_state(config)
    rng = np.random.default_rng(seed)
    noise = rng.bytes(start.params.nbytes)  # every pattern of bits: NaN of any kind, -0.0, infinities
    start = replace(start, params=np.frombuffer(noise, start.params.dtype).reshape(start.params.shape))
    assert_same(loaded(stored(start), TrainState), start)
    state, history = advance(init_state(config), 1)
    assert_same(loaded(stored(state), TrainState), state)
    assert_same(loaded(stored(history), History), history)
    assert_same(loaded(stored(history.until(-1)), History), history.until(-1))


def test_a_diverged_run_is_kept_with_its_reason():
    config = SMALL.replace(norm="none", learning_rate=100.0, activation="linear", seeds=3)
    state, history = advance(init_state(config), 4)
    assert history.divergences
    assert any(state.diverged)
    assert_same(loaded(stored(state), TrainState), state)
    assert_same(loaded(stored(history), History), history)


VARIANTS = {
    "plain": {},
    "adam, a step that cuts an epoch": {"optimizer": "adam", "learning_rate": 0.01, "steps": 14},
    "dropout": {"dropout": 0.3},
    "noisy": {"norm": "noisy"},
    "one class, diverging": {"batches": "one_class", "norm": "none", "learning_rate": 100.0, "activation": "linear"},
    "short numbers": {"precision": "float32", "optimizer": "momentum"},
}
variants = pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)


@variants
def test_a_loaded_state_carries_on_as_if_nothing_had_happened(changes, tmp_path):
    config = SMALL.replace(**changes)
    state, first = advance(init_state(config), 1)
    save(tmp_path / "state.npz", state)
    save(tmp_path / "history.npz", first)
    end, rest = advance(load(tmp_path / "state.npz", TrainState), 9)
    whole_end, whole = advance(init_state(config), 10)
    assert_same(end, whole_end)
    assert_equal(History.join([load(tmp_path / "history.npz", History), rest]), whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.npz", "state.npz"]


def test_equal_values_give_equal_bytes_that_numpy_opens():
    state = advance(init_state(SMALL), 1)[0]
    assert stored(state) == stored(copy.deepcopy(state))
    with np.load(io.BytesIO(stored(state)), allow_pickle=False) as opened:
        assert sorted(opened) == ["header", "moments", "params", "running"]
        assert np.array_equal(opened["params"], state.params)
        header = json.loads(opened["header"].tobytes())
    assert (header["format"], header["version"], header["kind"]) == ("BatchNorm Lab", VERSION, "state")
    assert header["parts"]["config"] == SMALL.as_text()


def test_numbers_of_the_generators_are_text_for_readers_with_53_bits():
    header, _ = read_arrays(stored(init_state(SMALL)))
    numbers = header["parts"]["orders"][0]["state"]
    assert numbers["inc"] == str(init_state(SMALL).orders[0]["state"]["inc"])


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "state.npz"
    save(path, init_state(SMALL))
    before = path.read_bytes()

    def full(file, *_):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bncore.store, "write_arrays", full)
    with pytest.raises(OSError, match="No space left"):
        save(path, advance(init_state(SMALL), 1)[0])
    assert [p.name for p in tmp_path.iterdir()] == ["state.npz"]
    assert path.read_bytes() == before


def test_a_file_may_be_read_by_whom_the_system_allows(tmp_path):
    (tmp_path / "plain").touch()
    save(tmp_path / "state.npz", init_state(SMALL))
    assert os.stat(tmp_path / "state.npz").st_mode == os.stat(tmp_path / "plain").st_mode


def test_what_could_not_be_loaded_is_not_saved(tmp_path, monkeypatch):
    state = init_state(SMALL)
    path = tmp_path / "state.npz"
    with pytest.raises(StoreError) as error:
        save(path, replace(state, params=state.params[:, :-1]))
    came, shape = "float64 of shape (2, 29)", "float64 of shape (2, 30)"
    assert str(error.value) == f"TrainState.params: must be {shape}; got {came}. {ANOTHER_COPY}"
    monkeypatch.setattr(bncore.store, "MAX_BYTES", bncore.store.HEADER_BYTES + 500)
    with pytest.raises(StoreError) as error:
        save(path, state)
    assert str(error.value) == "save: must be at most 500 bytes; got 640. Use fewer seeds or narrower layers."
    assert list(tmp_path.iterdir()) == []


def test_no_more_is_read_than_asked(tmp_path):
    path = tmp_path / "state.npz"
    path.write_bytes(STATE)
    assert_same(load(path, TrainState, max_bytes=len(STATE)), loaded(STATE, TrainState))

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return bytes(size)

    endless = Endless()
    for source in (path, endless):
        with pytest.raises(StoreError) as error:
            load(source, TrainState, max_bytes=len(STATE) - 1)
        assert str(error.value) == f"load: must be at most {len(STATE) - 1} bytes; got a larger file. Choose another file."
    assert endless.given <= 1 << 20


def test_a_missing_file_is_the_systems_own_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none.npz", TrainState)
