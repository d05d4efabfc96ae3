"""The command line, in this process and in one of its own."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bncore import cli, progress
from bncore.cli import main
from bncore.config import DATASETS, SPECS, Experiment, RunConfig
from bncore.cost import check_budget
from bncore.errors import ConfigError
from bncore.presets import PRESETS
from bncore.summary import epochs_to, first, quantile, reached
from bncore.train import train

ROOT = Path(__file__).parents[2]
SMALL = ["--set", "samples=40", "hidden=4", "epochs=3", "seeds=11", "batch_size=8"]
SMALL_CONFIG = RunConfig(samples=40, hidden=(4,), epochs=3, seeds=11, batch_size=8)


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["train", *arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    result: dict[str, Any] = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    return result


def run_failing(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.endswith("\n")
    assert err.count("\n") == 1
    return err.removeprefix("error: ").removesuffix("\n")


def test_the_json_holds_what_the_engine_measured(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_json(capsys, *SMALL)
    assert list(result) == ["arms", "first"]
    assert [arm["label"] for arm in result["arms"]] == ["with BN", "without"]
    histories = [train(SMALL_CONFIG), train(SMALL_CONFIG.replace(norm="none"))]
    for arm, history in zip(result["arms"], histories, strict=True):
        assert list(arm["config"]) == list(SPECS)
        assert RunConfig(**arm["config"]) == history.config
        assert (arm["total_epochs"], arm["total_steps"]) == (3, 12)
        for threshold in (0.6, 0.9, 0.95):
            values = epochs_to(history, threshold)
            entry = arm["epochs_to"][f"{threshold:g}"]
            assert {name: entry[name] for name in ("median", "p10", "p90", "reached")} == {
                "median": quantile(values, 0.5), "p10": quantile(values, 0.1), "p90": quantile(values, 0.9),
                "reached": reached(values),
            }  # fmt: skip
        for name in ("test_accuracy", "test_loss", "train_accuracy", "train_loss"):
            ordered = np.sort(getattr(history, name)[-1]).tolist()  # of 11 seeds
            assert arm["final"][name] == {"median": ordered[5], "p10": ordered[1], "p90": ordered[9]}
        assert arm["seconds"] > 0
    for threshold in (0.6, 0.9, 0.95):
        counts = first(*(epochs_to(history, threshold) for history in histories))
        assert list(result["first"][f"{threshold:g}"].items()) == [
            ("with BN", counts.a), ("without", counts.b), ("ties", counts.ties), ("neither", counts.neither),
        ]  # fmt: skip


def test_the_slices_of_the_command_line_change_no_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    results = []
    for seconds in (1e-9, 1e9):
        monkeypatch.setattr(cli, "SLICE_SECONDS", seconds)
        result = run_json(capsys, *SMALL, "--set", "epochs=9")
        results.append([{name: value for name, value in arm.items() if name != "seconds"} for arm in result["arms"]])
    assert results[0] == results[1]


def test_arms_replace_the_twins(capsys: pytest.CaptureFixture[str]) -> None:
    arms = ["--arm", "deep:hidden=4,3,norm_layers=1,2", "--arm", "same:", "plain: norm=none , learning_rate=0.5"]
    configs = {arm["label"]: arm["config"] for arm in run_json(capsys, *SMALL, *arms)["arms"]}
    assert list(configs) == ["deep", "same", "plain"]
    assert (configs["deep"]["hidden"], configs["deep"]["norm_layers"], configs["deep"]["norm"]) == ([4, 3], [1, 2], "batch")
    assert RunConfig(**configs["same"]) == SMALL_CONFIG
    assert (configs["plain"]["norm"], configs["plain"]["learning_rate"]) == ("none", 0.5)


def test_settings_go_on_top_of_a_preset(capsys: pytest.CaptureFixture[str]) -> None:
    settings = ["--set", "epochs=1", "samples=40", "--set", "seeds=2", "--set", "seeds=1"]
    arms = run_json(capsys, "--preset", "tiny-batches", *settings)["arms"]
    base = PRESETS["tiny-batches"].experiment.base
    assert RunConfig(**arms[0]["config"]) == base.replace(epochs=1, samples=40, seeds=1)
    assert arms[0]["config"]["steps"] is None


def test_a_diverged_seed_is_named_and_numbers_stay_json(capsys: pytest.CaptureFixture[str]) -> None:
    wild = [*SMALL, "seeds=2", "learning_rate=100", "activation=linear", "hidden=8,8,8", "epochs=9", "init_scale=100", "norm=none"]
    final = run_json(capsys, *wild, "--arm", "wild:")["arms"][0]
    assert final["final"]["diverged"] == len(final["divergences"]) == 2
    assert [sorted(d) for d in final["divergences"]] == [["epoch", "quantity", "seed", "step"]] * 2
    assert final["final"]["test_loss"] == {"median": None, "p10": None, "p90": None}
    assert main(["train", *wild, "--arm", "wild:"]) == 0
    out = capsys.readouterr().out
    assert "wild diverged: seed 0 at epoch " in out
    assert "First to get there" not in out


def test_the_table_shows_numbers_and_conventions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *SMALL]) == 0
    out, err = capsys.readouterr()
    result = run_json(capsys, *SMALL)
    assert err == ""
    assert "circles: 40 points (32 to train, 8 to test), seeds 0..10\n" in out
    assert "with BN: 3 epochs of 4 steps (12 steps); samples=40, hidden=4, batch_size=8, epochs=3, seeds=11\n" in out
    entry = result["arms"][1]["epochs_to"]["0.6"]
    words = ["never" if entry[name] is None else str(entry[name]) for name in ("median", "p10", "p90")]
    assert f"{words[0]} [{words[1]}, {words[2]}] {entry['reached']}/11" in out
    for line in (
        "BN momentum m = 0.9, with Keras's meaning: running = m * running + (1 - m) * batch.",
        "PyTorch calls 1 - m momentum: 0.1.",
        "Variance: biased (divided by the batch size), in training and in the running statistics.",
        "BN epsilon 0.001: added to the variance before the root (Keras 1e-3, PyTorch 1e-5).",
    ):
        assert f"{line}\n" in out


def test_the_table_says_what_concerns_the_settings_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *SMALL, "seeds=1", "--arm", "plain:norm=none"]) == 0
    plain = capsys.readouterr().out
    assert ", seed 0\n" in plain
    assert "momentum" not in plain
    assert main(["train", *SMALL, "--arm", "one:batch_size=1"]) == 0
    assert "one: Batch of one: every unit equals its own batch mean" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["presets"], ["train", "--list"]])
def test_presets_are_listed(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(arguments) == 0
    out = capsys.readouterr().out
    for name, preset in PRESETS.items():
        assert f"{name:<18} {preset.description}\n" in out


def test_every_field_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fields"]) == 0
    out = capsys.readouterr().out
    for name, text in RunConfig().as_text().items():
        assert f"{name:<15} {text:<16} {SPECS[name].help}\n" in out
    assert f"({' | '.join(DATASETS)})" in out
    assert "(1..2000 epochs, or none; what a run may cost is bounded)" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "batch_size=0"], "RunConfig.batch_size: must be 1..400, the training points; got 0. Use 1 or more."),
        (["--set", "batch_size"], "--set: must be field=value; got 'batch_size'. Write it like batch_size=64."),
        (["--set", "eps=much"], "RunConfig.eps: must be a number; got 'much'. Write it like 0.1."),
        (
            ["--set", "epochs=5", "steps=5"],
            "RunConfig.epochs, steps: exactly one must be given; got both. Set the other to none.",
        ),
        (
            ["--preset", "best"],
            "--preset: must be one of clear, notes, rings, one-class-batches, tiny-batches; got 'best'. Use clear.",
        ),
        (["--arm", "plain"], "--arm: must be label:field=value; got 'plain'. Write it like plain:norm=none."),
        (["--arm", "plain:norm"], "--arm: must be field=value; got 'norm'. Write it like batch_size=64."),
        (["--arm", "ties:norm=none"], "--arm: a label must not be ties or neither; got 'ties'. Use another label."),
        (["--arm", ":norm=none"], "Arm.label: must be 1..40 printable characters; got ''. Shorten it."),
        (["--arm", "a:", "a:"], "Experiment.arms: labels must differ; got a, a. Rename one."),
        (
            ["--arm", "more:seeds=9"],
            "Experiment.arms.seeds: arms share data and seeds; got 9. Change it in the base.",
        ),
        (["--arm", "a:", "b:", "c:", "d:", "e:"], "Experiment.arms: must be 1..4 arms; got 5 arms. Compare four at most."),
        (["--bogus"], "unrecognized arguments: --bogus. Try python -m bncore --help."),
        (["--preset"], "argument --preset: expected one argument. Try python -m bncore train --help."),
    ],
)
def test_errors_are_one_line_that_helps(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert run_failing(capsys, "train", *arguments) == message


def test_what_would_cost_too_much_is_refused_before_it_starts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(cli, "advance")
    heavy = ["seeds=1024", "hidden=64,64,64,64", "epochs=2000"]
    with pytest.raises(ConfigError) as caught:
        check_budget(Experiment(RunConfig(seeds=1024, hidden=(64,) * 4, epochs=2000)))
    assert run_failing(capsys, "train", "--set", *heavy) == str(caught.value)


def test_an_unknown_field_is_answered_with_all_fields(capsys: pytest.CaptureFixture[str]) -> None:
    message = f"RunConfig: has no such field; got momentum. Fields: {', '.join(SPECS)}."
    assert run_failing(capsys, "train", "--set", "momentum=0.9") == message
    assert run_failing(capsys, "train", "--arm", "a:momentum=0.9") == message


def test_a_command_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    expected = "the following arguments are required: train | presets | fields. Try python -m bncore --help."
    assert run_failing(capsys) == expected


def test_an_interrupt_ends_without_a_traceback(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "advance", interrupt)
    assert main(["train", *SMALL]) == 130
    assert capsys.readouterr() == ("", "Interrupted.\n")


def run_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bncore", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_module_runs_in_a_process_of_its_own_with_the_same_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    done = run_process("train", *SMALL, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    one, other = json.loads(done.stdout), run_json(capsys, *SMALL)
    for arm in (*one["arms"], *other["arms"]):
        del arm["seconds"]
    assert one == other


def test_the_process_ends_with_2_on_an_error() -> None:
    done = run_process("train", "--set", "seeds=0")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: RunConfig.seeds: must be 1..1024; got 0. Use 1 or more.\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def test_the_bar_appears_after_a_second_and_is_wiped(clock: Clock) -> None:
    terminal = Terminal()
    with progress.Progress(1000, terminal) as bar:
        clock.now += 0.9
        bar.add(100)
        assert terminal.getvalue() == ""
        clock.now += 0.1
        bar.add(150)
        shown = "[########                      ]  25 %, about 3 s left"
        assert terminal.getvalue() == f"\r{shown}"
        clock.now += 0.05
        bar.add(250)
        assert terminal.getvalue() == f"\r{shown}"
    assert terminal.getvalue() == f"\r{shown}\r{' ' * len(shown)}\r"


def test_there_is_no_bar_where_there_is_no_terminal(clock: Clock) -> None:
    file = io.StringIO()
    with progress.Progress(10, file) as bar:
        clock.now += 60
        bar.add(5)
    assert file.getvalue() == ""


def test_training_moves_the_bar(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "INTERVAL", 0.0)
    assert main(["train", *SMALL]) == 0
    assert f"\r[{'#' * 30}] 100 %, about 0 s left\r " in terminal.getvalue()
