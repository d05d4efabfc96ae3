from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bncore.config import RunConfig
from bncore.history import FRAME_BYTES, MAX_FRAMES, History, frame_steps
from bncore.network import Layout
from bncore.state import init_state
from bncore.train import advance, train
from tests.bncore.records import ARRAYS, assert_equal

durations = st.one_of(
    st.builds(lambda n: {"epochs": n}, st.integers(1, 2000)),
    st.builds(lambda n: {"steps": n, "epochs": None}, st.integers(1, 100_000)),
)


@settings(deadline=None, max_examples=200)
@given(durations, st.integers(1, 400), st.sampled_from([1, 8, 1024]), st.sampled_from([(16, 16), (64,) * 4, ()]))
def test_frames_begin_at_zero_end_at_the_end_and_are_few(duration, batch_size, seeds, hidden):
    config = RunConfig(batch_size=batch_size, seeds=seeds, hidden=hidden, **duration)
    steps = frame_steps(config)
    assert steps[0] == 0
    assert steps[-1] == config.total_steps
    assert all(a < b for a, b in pairwise(steps))
    assert all(isinstance(step, int) for step in steps)
    layout = Layout.of(config)
    size = 8 * seeds * (layout.n_params + 2 * layout.n_running)
    assert len(steps) <= max(2, min(MAX_FRAMES, FRAME_BYTES // size))
    if size * 60 <= FRAME_BYTES:
        assert len(steps) >= min(60, config.total_steps) * 0.7  # evenly spaced fillers may meet frames that are there


@pytest.mark.parametrize("epochs", [1, 2, 60, 61, 90])
@pytest.mark.parametrize("batch_size", [16, 32, 400])
def test_up_to_ninety_epochs_have_a_frame_at_every_end(epochs, batch_size):
    config = RunConfig(epochs=epochs, batch_size=batch_size)
    ends = set(range(0, config.total_steps + 1, config.steps_per_epoch))
    assert ends <= set(frame_steps(config))


@pytest.mark.parametrize("changes", [{"epochs": 200}, {"epochs": 2000}, {"epochs": 500, "batch_size": 1}, {"steps": 100_000}])
def test_many_epochs_are_seen_more_densely_early(changes):
    steps = np.array(frame_steps(RunConfig().replace(**changes)))
    assert len(steps) <= MAX_FRAMES
    assert (steps < steps[-1] / 4).sum() > 1.3 * (steps > steps[-1] * 3 / 4).sum()
    gaps = np.diff(steps)
    assert gaps[: len(gaps) // 3].max() < gaps[-len(gaps) // 3 :].max()


@pytest.mark.parametrize("batch_size", [8, 32])
def test_the_first_epoch_is_seen_at_powers_of_two(batch_size):
    config = RunConfig(batch_size=batch_size)
    powers = {2**k for k in range(10) if 2**k < config.steps_per_epoch}
    assert powers <= set(frame_steps(config))


def test_wide_networks_and_many_seeds_keep_fewer_frames_below_the_bound():
    config = RunConfig(hidden=(64, 64, 64, 64), seeds=64)
    layout = Layout.of(config)
    steps = frame_steps(config)
    assert 2 < len(steps) < 60
    assert len(steps) * 8 * 64 * (layout.n_params + 2 * layout.n_running) <= FRAME_BYTES
    assert (steps[0], steps[-1]) == (0, config.total_steps)


def test_a_short_run_is_seen_step_by_step():
    assert frame_steps(RunConfig(steps=20, epochs=None)) == tuple(range(21))
    assert frame_steps(RunConfig(steps=1, epochs=None)) == (0, 1)


def pieces(config, *lengths):
    state, found = init_state(config), []
    for length in lengths:
        state, piece = advance(state, length)
        found.append(piece)
    return found


CONFIG = RunConfig(samples=60, hidden=(3,), seeds=2, epochs=7, batch_size=16)


def test_join_puts_pieces_together():
    whole = train(CONFIG)
    parts = pieces(CONFIG, 1, 2, 4)
    joined = History.join(parts)
    assert_equal(joined, whole)
    assert np.array_equal(joined.eval_step[joined.frame_eval], joined.frame_step)
    assert_equal(History.join([History.join(parts[:2]), parts[2]]), whole)
    assert History.join(parts[:1]) is parts[0]


def test_join_of_nothing_says_so():
    message = r"^History\.join: needs at least one piece; got none\. Train first\.$"
    with pytest.raises(ValueError, match=message):
        History.join([])


def test_until_cuts_at_a_step_that_is_included():
    whole = train(CONFIG)
    for epochs in (1, 3, 7):
        first, *_ = pieces(CONFIG, epochs)
        assert_equal(whole.until(epochs * CONFIG.steps_per_epoch), first)
    assert whole.until(0).eval_step.tolist() == [0]
    between = whole.until(2 * CONFIG.steps_per_epoch + 1)
    assert between.frame_step.max() <= 2 * CONFIG.steps_per_epoch + 1
    assert len(between.params) == len(between.frame_step)
    assert len(between.test_loss) == len(between.eval_step)


def test_time_is_told_in_epochs_too():
    history = train(CONFIG)
    assert history.eval_epoch[history.eval_epoch_end].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert np.array_equal(history.frame_epoch, history.frame_step / CONFIG.steps_per_epoch)


def test_bytes_are_those_of_the_arrays():
    history = train(CONFIG)
    assert history.nbytes == sum(getattr(history, name).nbytes for name in ARRAYS)
