from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from bncore.batches import epoch_order
from bncore.config import RunConfig
from bncore.data import load_data
from bncore.effective import drawing_layers
from bncore.errors import ConfigError
from bncore.fork import fork
from bncore.history import History
from bncore.optim import MOMENTS
from bncore.origin import MAX_FORKS, Origin, run_key
from bncore.session import Session
from bncore.state import TrainState, init_state
from bncore.streams import stream
from bncore.train import advance, train
from tests.bncore.files import assert_same, loaded, stored

SMALL = RunConfig(samples=40, hidden=(3, 2), seeds=2, epochs=4, batch_size=8, learning_rate=0.1, optimizer="adam")
PARENT = train(SMALL)
PURPOSES = {f.name: f.metadata["purpose"] for f in fields(TrainState) if "purpose" in f.metadata}


def frame_of(history, step):
    return history.frame_step.tolist().index(step)


def test_a_fork_begins_with_the_recorded_network_and_nothing_else():
    frame = frame_of(PARENT, 8)
    state = fork(PARENT, frame, learning_rate=0.5, epochs=2)
    assert np.array_equal(state.params, PARENT.params[frame])
    assert np.array_equal(state.running, PARENT.running[frame])
    assert state.config == SMALL.replace(learning_rate=0.5, epochs=2)
    assert (state.step, state.done, state.diverged) == (0, False, (False, False))
    assert state.moments.shape == (2, *state.params.shape)
    assert not state.moments.any()
    assert not np.shares_memory(state.params, PARENT.params)
    assert not np.shares_memory(state.running, PARENT.running)
    _, history = advance(state, 2)
    assert history.eval_step[-1] == 2 * SMALL.steps_per_epoch
    for name in ("params", "running"):
        assert np.array_equal(getattr(history, name)[0], getattr(PARENT, name)[frame])
    for name in ("test_loss", "test_accuracy", "train_loss", "train_accuracy"):
        assert np.array_equal(getattr(history, name)[0], getattr(PARENT, name)[PARENT.frame_eval[frame]])


CHANGES = {
    "freeze_statistics": True, "bn_momentum": 0.5, "optimizer": "momentum", "batch_size": 5, "steps": 7, "dataset": "moons",
    "samples": 60, "norm": "ghost", "activation": "tanh", "dropout": 0.5, "precision": "float32", "seed": 7,
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_may_change(name):
    state = fork(PARENT, 5, **{name: CHANGES[name]})
    origin = dict(state.origin.changed)
    assert origin.pop(name) == state.config.as_text()[name]
    assert origin == ({"epochs": "none"} if name == "steps" else {})
    assert state.params.dtype == state.moments.dtype == state.running.dtype == np.dtype(state.config.precision)
    assert len(state.moments) == MOMENTS[state.config.optimizer]
    end, history = advance(state, 1)
    assert_same(loaded(stored(end), TrainState), end)
    assert np.isfinite(history.test_loss).all()
    if name == "freeze_statistics":
        assert np.array_equal(end.running, PARENT.running[5])


SHAPE = "must keep the shape of the parameters and of the running statistics"
FIRST = "the first weights are those of the frame"
FRAMES = len(PARENT.frame_step)


@pytest.mark.parametrize(
    ("frame", "changes", "message"),
    [
        (0, {"hidden": (3, 3)}, f"fork: {SHAPE}; got hidden 3,3. Leave these as they are, or start a new run."),
        (0, {"norm": "none"}, f"fork: {SHAPE}; got norm none. Leave these as they are, or start a new run."),
        (0, {"norm": "layer"}, f"fork: {SHAPE}; got norm layer. Leave these as they are, or start a new run."),
        (
            0, {"norm_layers": (1,), "norm_output": True},
            f"fork: {SHAPE}; got norm_layers 1, norm_output true. Leave these as they are, or start a new run.",
        ),
        (0, {"seeds": 3}, "fork.seeds: must stay 2, each run goes on with its own weights; got 3. Leave it as it is."),
        (0, {"init_scale": 2.0}, f"fork.init_scale: must stay 1.0, {FIRST}; got 2.0. Leave it as it is."),
        (0, {"gamma_init": 2.0}, f"fork.gamma_init: must stay 1.0, {FIRST}; got 2.0. Leave it as it is."),
        (-1, {}, f"fork.frame: must be one of the {FRAMES} frames, from 0; got -1. Use 0..{FRAMES - 1}."),
        (99, {}, f"fork.frame: must be one of the {FRAMES} frames, from 0; got 99. Use 0..{FRAMES - 1}."),
    ],
)  # fmt: skip
def test_what_may_not_change(frame, changes, message):
    with pytest.raises(ConfigError) as error:
        fork(PARENT, frame, **changes)
    assert str(error.value) == message


def test_a_record_without_frames_cannot_be_forked():
    with pytest.raises(ConfigError) as error:
        fork(PARENT.until(-1), 0)
    assert str(error.value) == "fork.frame: must be one of the 0 frames, from 0; got 0. Use a record that has frames."


def test_the_same_layers_in_other_words_are_the_same_shape():
    assert fork(PARENT, 3, norm_layers=(1, 2)).origin.changed == (("norm_layers", "1,2"),)


def epochs_of(states, config, count):
    """Return the orders that a state's runs will go through, as text: one for each run and epoch."""
    data, found = load_data(config), []
    for y, order in zip(data.y_train, states, strict=True):
        rng = np.random.default_rng()
        rng.bit_generator.state = order
        found += [epoch_order(config, y, rng).tobytes() for _ in range(count)]
    return found


def test_no_order_of_the_parents_comes_again():
    start = init_state(SMALL)
    one = fork(PARENT, frame_of(PARENT, 8))
    _, history = advance(one, 4)
    two = fork(replace(history, origin=one.origin), 0)
    three = fork(replace(history, origin=one.origin), frame_of(history, 8))
    seen = [order for state in (start, one, two, three) for order in epochs_of(state.orders, SMALL, 40)]
    assert len(set(seen)) == len(seen) == 4 * 2 * 40


def test_forks_of_one_moment_share_their_random_numbers_as_twins_do():
    a, b = (fork(PARENT, 5, learning_rate=rate, dropout=0.5) for rate in (0.01, 1.0))
    assert a.orders == b.orders
    assert a.masks == b.masks
    plain = train(SMALL.replace(norm="none"))
    assert fork(plain, 5).orders == a.orders


def test_every_stream_of_a_fork_is_its_own():
    state = fork(PARENT, 5, dropout=0.5, norm="noisy")
    assert set(PURPOSES) >= {"orders", "masks", "noises"}
    for name, purpose in PURPOSES.items():
        owners = [(seed, layer) for seed in SMALL.seed_list for layer in drawing_layers(state.config, purpose)]
        fresh = [stream(seed, purpose, state.origin.past, layer).bit_generator.state for seed, layer in owners]
        assert list(getattr(state, name)) == fresh
        assert fresh != [stream(seed, purpose, 0, layer).bit_generator.state for seed, layer in owners]


def test_fixed_batches_of_a_fork_are_those_of_its_seeds():
    """Of the whole training, as a session takes them: the parent's own where it had fixed ones, too."""
    fixed = SMALL.replace(batches="fixed")
    unforked = [epoch_order(SMALL, y, stream(seed, "order")) for y, seed in zip(load_data(SMALL).y_train, (0, 1), strict=True)]
    for parent in (PARENT, train(fixed)):
        state = fork(parent, 5, batches="fixed")
        for _ in range(2):
            session = Session(state)
            taken = [epoch_order(fixed, y, rng) for y, rng in zip(session.data.y_train, session.orders, strict=True)]
            assert np.array_equal(taken, unforked)
            state, _ = advance(state, 1)
    assert fork(train(fixed), 5).orders == fork(PARENT, 5).orders  # back to shuffled, it draws as any fork of this moment


def test_the_origin_tells_the_whole_way():
    one = fork(PARENT, frame_of(PARENT, 8), learning_rate=0.5, steps=6)
    _, history = advance(one, 2)
    assert one.origin == Origin(SMALL, 8, (("learning_rate", "0.5"), ("epochs", "none"), ("steps", "6")))
    assert str(one.origin) == "from step 8: learning_rate 0.5, epochs none, steps 6"
    two = fork(replace(history, origin=one.origin), 0)
    assert two.origin == Origin(one.config, 0, (), one.origin)
    assert str(two.origin) == "from step 0: nothing changed"
    assert (one.origin.depth, two.origin.depth) == (1, 2)
    assert (one.origin.past, two.origin.past) == (9, 10)


def test_the_origin_is_part_of_the_key():
    assert PARENT.key == init_state(SMALL).key == run_key(SMALL, None) == SMALL.key
    same = fork(PARENT, 5)
    assert same.config == SMALL
    inert = replace(PARENT, config=SMALL.replace(rmsprop_rho=0.5))
    assert same.key == fork(PARENT, 5).key == fork(inert, 5).key
    again = fork(replace(train(same.config), origin=same.origin), 5)
    other = replace(PARENT, config=SMALL.replace(learning_rate=0.2))
    keys = [
        SMALL.key,
        same.key,
        fork(PARENT, 6).key,
        fork(PARENT, 5, eps=0.1).key,
        fork(other, 5, learning_rate=0.1).key,
        again.key,
    ]
    assert len(set(keys)) == len(keys)


def test_a_line_of_forks_ends_somewhere():
    history = PARENT
    for depth in range(1, MAX_FORKS + 1):
        state = fork(history, 0)
        assert state.origin.depth == depth
        history = replace(PARENT, origin=state.origin)
    assert_same(loaded(stored(history), History), history)
    with pytest.raises(ConfigError) as error:
        fork(history, 0)
    assert str(error.value) == "fork: must be at most 32 forks deep; got 33. Fork an earlier run."


def test_a_run_that_had_diverged_diverges_again_at_once():
    params = PARENT.params.copy()
    params[5, 1] = np.nan
    state, history = advance(fork(replace(PARENT, params=params), 5), 4)
    assert state.diverged == (False, True)
    assert [(d.run, d.step, d.quantity) for d in history.divergences] == [(1, 1, "the weights of layer 1")]
    _, whole = advance(fork(PARENT, 5), 4)
    assert np.array_equal(history.params[:, 0], whole.params[:, 0])


def test_a_record_of_a_fork_says_where_it_came_from():
    one = fork(PARENT, 5, learning_rate=0.5)
    state, record = advance(one, 1)
    assert state.origin == record.origin == one.origin
    assert state.key == record.key == one.key


def test_origin_survives_files_cuts_and_joins():
    one = fork(PARENT, 5, learning_rate=0.5)
    assert_same(loaded(stored(one), TrainState), one)
    _, record = advance(one, 4)
    record = replace(record, origin=one.origin)
    two = fork(record, 3, bn_momentum=0.5)
    assert_same(loaded(stored(two), TrainState), two)
    assert_same(loaded(stored(record), History), record)
    assert record.until(8).origin == one.origin
    assert History.join([record.until(8), record]).origin == one.origin
    assert loaded(stored(record), History).key == one.key == record.key
