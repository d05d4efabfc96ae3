"""Real processes, and what may happen to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.compute.board import LOST, Board
from app.compute.engine import BNCORE, run_slice
from app.compute.job import Job
from app.compute.pool import NO_WORKERS, STOPPED, Pool
from app.compute.ticket import Ticket
from app.result import ArmResult
from bncore import Arm, Experiment, RunConfig
from tests.app.compute import toy
from tests.app.compute.same import same
from tests.faults.serving import eventually

ROOT = Path(__file__).parents[3]
LARGE = 100_000_000


def finish(ticket: Ticket) -> Ticket:
    assert eventually(lambda: ticket.wait(0.1) and ticket.done)
    return ticket


def alive(pid: int) -> bool:
    """Return whether a process exists and is more than an entry that its parent has not read yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def single(**changes: object) -> Experiment:
    return Experiment(RunConfig(**changes), (Arm("only"),))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("toy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOY_FOLDER", str(path))
        yield path


@pytest.fixture(scope="module")
def toy_pool(folder: Path) -> Iterator[tuple[Board, Pool]]:
    board = Board(LARGE)
    pool = Pool(board, toy.ENGINE, 1)
    pool.start()
    yield board, pool
    pool.stop()


@pytest.fixture
def mischief(folder: Path) -> Iterator[Callable[..., None]]:
    def order(*names: str) -> None:
        for name in names:
            (folder / name).touch()

    yield order
    for path in folder.iterdir():
        path.unlink()


def test_a_pool_trains_what_a_board_wants(toy_pool: tuple[Board, Pool]) -> None:
    ticket = finish(toy_pool[0].request(Experiment(RunConfig(epochs=40)), "ada"))
    assert [r.history.frame_step.tolist() for r in ticket.results() or []] == [[13 * i for i in range(41)]] * 2


def test_an_error_in_a_worker_becomes_a_sentence_and_a_traceback_in_the_log(
    toy_pool: tuple[Board, Pool], mischief: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    pids = toy_pool[1].pids
    mischief("raise")
    ticket = finish(toy_pool[0].request(single(seed=1), "ada"))
    assert ticket.error == "Training: must end without an error; got ArithmeticError: the toy is broken. Choose other settings."
    assert "in mischief" in caplog.text
    assert finish(toy_pool[0].request(single(seed=1), "ada")).error is None
    assert toy_pool[1].pids == pids


def test_a_worker_that_dies_is_replaced_and_its_slice_repeated(toy_pool: tuple[Board, Pool], mischief: Callable[..., None]) -> None:
    pids = toy_pool[1].pids
    mischief("die")
    ticket = finish(toy_pool[0].request(single(seed=2, epochs=40), "ada"))
    assert ticket.error is None
    assert ticket.results()[0].history.frame_step.tolist() == [13 * i for i in range(41)]  # type: ignore[index]
    assert not set(toy_pool[1].pids) & set(pids)


@pytest.mark.parametrize("what", ["raise", "die"])
def test_who_was_in_one_pass_with_what_went_wrong_loses_nothing(
    toy_pool: tuple[Board, Pool], mischief: Callable[..., None], folder: Path, what: str
) -> None:
    board, _ = toy_pool
    mischief("hold")
    begin = 50 + len(what)  # nothing is kept of the other case
    first = board.request(single(seed=begin, learning_rate=0.1, epochs=40), "first")
    assert eventually((folder / "held").exists)
    tickets = [board.request(single(seed=begin, learning_rate=rate, epochs=40), f"{rate}") for rate in (0.2, 0.3, 0.4)]
    mischief(what)
    (folder / "hold").unlink()
    for ticket in (first, *tickets):
        assert finish(ticket).error is None
        assert ticket.results()[0].history.frame_step.tolist() == [13 * i for i in range(41)]  # type: ignore[index]
    assert not (folder / what).exists()


def test_a_slice_that_kills_three_workers_ends_with_a_sentence(toy_pool: tuple[Board, Pool], mischief: Callable[..., None]) -> None:
    mischief("die", "die again", "die thrice")
    assert finish(toy_pool[0].request(single(seed=3), "ada")).error == LOST
    assert finish(toy_pool[0].request(single(seed=3), "ada")).error is None


def test_a_long_slice_that_nobody_wants_is_ended(toy_pool: tuple[Board, Pool], mischief: Callable[..., None], folder: Path) -> None:
    board, _ = toy_pool
    mischief("hold")
    held = board.request(single(seed=4), "ada")
    assert eventually((folder / "held").exists)
    pid = int((folder / "held").read_text())
    held.release()
    assert eventually(lambda: not alive(pid))
    (folder / "hold").unlink()
    assert finish(board.request(single(seed=5), "ada")).error is None


def test_a_long_slice_that_somebody_wants_goes_on(
    toy_pool: tuple[Board, Pool], mischief: Callable[..., None], folder: Path
) -> None:
    mischief("hold")
    ticket = toy_pool[0].request(single(seed=6), "ada")
    assert eventually((folder / "held").exists)
    assert not ticket.wait(1.5)
    toy_pool[0].request(single(seed=6), "ben").release()  # wakes the scheduler
    assert not ticket.wait(0.2)
    pid = int((folder / "held").read_text())
    (folder / "hold").unlink()
    assert finish(ticket).error is None
    assert toy_pool[1].pids == [pid]


def test_an_interrupt_from_the_keyboard_is_left_to_the_parent(toy_pool: tuple[Board, Pool]) -> None:
    pids = toy_pool[1].pids
    for pid in pids:
        os.kill(pid, signal.SIGINT)
    assert finish(toy_pool[0].request(single(seed=7), "ada")).error is None
    assert toy_pool[1].pids == pids


def test_a_pool_that_stops_leaves_no_process_and_no_descriptor_and_tells_those_who_wait(
    mischief: Callable[..., None], folder: Path
) -> None:
    before = set(os.listdir("/proc/self/fd"))
    board = Board(LARGE)
    pool = Pool(board, toy.ENGINE, 2)
    pool.start()
    pids = pool.pids
    assert len(pids) == 2
    mischief("hold")
    ticket = board.request(single(seed=8), "ada")
    assert eventually((folder / "held").exists)
    pool.stop()
    assert (ticket.done, ticket.error) == (True, STOPPED)
    assert not any(map(alive, pids))
    assert set(os.listdir("/proc/self/fd")) == before


def test_workers_that_cannot_start_are_reported() -> None:
    pool = Pool(Board(LARGE), replace(toy.ENGINE, init_state=missing), 1)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError) as error:
        pool.start()
    assert str(error.value) == NO_WORKERS
    assert pool.pids == []


def missing(config: RunConfig) -> object:
    """Stand for an engine that does not even do a tiny run."""
    raise OSError("no engine here")


@pytest.fixture(scope="module")
def real_pool() -> Iterator[tuple[Board, Pool]]:
    board = Board(LARGE)
    pool = Pool(board, BNCORE, 2)
    pool.start()
    yield board, pool
    pool.stop()


@pytest.mark.parametrize(
    "changes", [{}, {"optimizer": "adam", "placement": "after", "norm_output": True}, {"learning_rate": 100.0}]
)
def test_a_pool_gives_the_numbers_of_training_here_to_the_last_bit(
    real_pool: tuple[Board, Pool], changes: dict[str, object]
) -> None:
    experiment = Experiment(RunConfig(epochs=12, seeds=3).replace(**changes))
    results = finish(real_pool[0].request(experiment, "ada", run=1)).results()
    assert results is not None
    for result in results:
        whole = whole_run(result.config, run=1)
        assert same(result.history, whole.history)
        assert same(result.pictures, whole.pictures)
        assert same(result.dataset, whole.dataset)


def test_a_worker_killed_half_way_changes_no_bit(real_pool: tuple[Board, Pool]) -> None:
    board, pool = real_pool
    pids = pool.pids
    ticket = board.request(single(epochs=600, seeds=2), "ada")
    assert eventually(lambda: ticket.wait(0.1) and ticket.progress > 0)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    assert ticket.progress < 1.0
    result = finish(ticket).results()[0]  # type: ignore[index]
    assert not set(pids) & set(pool.pids)
    assert same(result.history, whole_run(result.config).history)


def whole_run(config: RunConfig, run: int = 0) -> ArmResult:
    """Return a run trained here in one slice."""
    job = Job(config, run)
    job.absorb(run_slice(BNCORE, replace(job.next_slice(), epochs=config.total_epochs)))
    return job.result(config)


HOST = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background may have it ignored
print("imported", flush=True)
from app.compute.board import Board
from app.compute.pool import Pool
from tests.app.compute import toy
from bncore import Experiment
board = Board(1000)
pool = Pool(board, toy.ENGINE, 2)
pool.start()
print(*pool.pids, flush=True)
board.request(Experiment(), "ada").wait(600)
"""


@pytest.mark.parametrize("last", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_their_parent_and_never_run_its_main_module(tmp_path: Path, last: signal.Signals) -> None:
    script = tmp_path / "host.py"
    script.write_text(HOST)
    (tmp_path / "hold").touch()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TOY_FOLDER": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, text=True
    ) as host:
        try:
            assert host.stdout is not None
            assert host.stdout.readline() == "imported\n"
            pids = [int(pid) for pid in host.stdout.readline().split()]
            assert len(pids) == 2
            assert eventually((tmp_path / "held").exists)
            assert all(map(alive, pids))
            host.send_signal(last)
            assert eventually(lambda: not any(map(alive, pids)))
        finally:
            host.kill()
        assert host.stdout.read() == ""
