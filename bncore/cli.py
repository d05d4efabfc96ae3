"""The command line: ``python -m bncore train | presets | fields``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from typing import Any, NoReturn

from bncore.config import Arm, Experiment, RunConfig, parse_value, spec_of
from bncore.cost import check_budget
from bncore.data import load_data
from bncore.errors import ConfigError
from bncore.history import History
from bncore.presets import PRESETS
from bncore.progress import Progress
from bncore.report import ArmRecord, field_table, result_object, result_table
from bncore.state import init_state
from bncore.train import advance

__all__ = ["main"]

SLICE_SECONDS = 0.2
RESERVED_LABELS = ("ties", "neither")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those of the process.

    Returns
    -------
    int
        0, or 2 after one line on standard error that says what is wrong, or 130 when interrupted.
    """
    try:
        options = _parser().parse_args(arguments)
        sys.stdout.write(_COMMANDS[options.command](options))
    except ConfigError as error:
        sys.stderr.write(f"error: {' '.join(str(error).split())}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        return 130
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message}. Try {self.prog} --help.\n")


def _parser() -> argparse.ArgumentParser:
    about = "Train networks with and without batch normalization and compare them."
    parser = _Parser(prog="python -m bncore", description=about, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="train | presets | fields", parser_class=_Parser)
    train = commands.add_parser("train", help="train the arms of an experiment and compare them", allow_abbrev=False)
    train.add_argument("--preset", metavar="NAME", help="start from a preset; without it, from the defaults")
    train.add_argument(
        "--set", metavar="FIELD=VALUE", dest="settings", action="extend", nargs="+", default=[],
        help="change a field of the base, such as batch_size=64; see the command fields",
    )  # fmt: skip
    train.add_argument(
        "--arm", metavar="LABEL:FIELD=VALUE,...", dest="arms", action="extend", nargs="+", default=[],
        help="compare these arms instead of the preset's: a label and what differs from the base, which may be nothing",
    )  # fmt: skip
    train.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    train.add_argument("--list", action="store_true", help="list the presets and stop")
    commands.add_parser("presets", help="list the presets")
    commands.add_parser("fields", help="list every field with its default, its bounds and what it does")
    return parser


def _train(options: argparse.Namespace) -> str:
    if options.list:
        return _presets(options)
    experiment = _experiment(options.preset, options.settings, options.arms)
    check_budget(experiment)
    configs = experiment.configs()
    with Progress(sum(config.total_steps for config in configs.values())) as progress:
        results = [_train_arm(label, config, progress) for label, config in configs.items()]
    if options.json:
        return json.dumps(result_object(results), indent=2, allow_nan=False) + "\n"
    return result_table(experiment, results)


def _train_arm(label: str, config: RunConfig, progress: Progress) -> ArmRecord:
    load_data(config)
    started = time.perf_counter()
    state, pieces, epochs = init_state(config), [], 1
    while not state.done:
        slice_started, before = time.perf_counter(), state.step
        state, piece = advance(state, epochs)
        pieces.append(piece)
        progress.add(state.step - before)
        epochs = max(1, int(epochs * min(4.0, SLICE_SECONDS / (time.perf_counter() - slice_started))))
    return ArmRecord(label, History.join(pieces), time.perf_counter() - started)


def _experiment(preset: str | None, settings: Sequence[str], arms: Sequence[str]) -> Experiment:
    if preset is not None and preset not in PRESETS:
        raise ConfigError("--preset", f"must be one of {', '.join(PRESETS)}", repr(preset), f"Use {next(iter(PRESETS))}.")
    start = Experiment() if preset is None else PRESETS[preset].experiment
    base = start.base.replace(**dict(_setting("--set", text) for text in settings))
    experiment = Experiment(base, tuple(map(_arm, arms)) or start.arms)
    for arm in experiment.arms:
        if arm.label in RESERVED_LABELS:
            raise ConfigError("--arm", f"a label must not be {' or '.join(RESERVED_LABELS)}", repr(arm.label), "Use another label.")
    return experiment


def _setting(option: str, text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(option, "must be field=value", repr(text), "Write it like batch_size=64.")
    spec_of(name.strip())
    return name.strip(), parse_value(name.strip(), value)


def _arm(text: str) -> Arm:
    """Read ``label:field=value,field=value``; a piece without ``=`` belongs to the value before, as in ``hidden=16,16``."""
    label, colon, rest = text.partition(":")
    if not colon:
        raise ConfigError("--arm", "must be label:field=value", repr(text), "Write it like plain:norm=none.")
    pieces: list[str] = []
    for piece in rest.split(",") if rest.strip() else ():
        if pieces and "=" not in piece:
            pieces[-1] += f",{piece}"
        else:
            pieces.append(piece)
    return Arm(label.strip(), tuple(_setting("--arm", piece) for piece in pieces))


def _presets(_: argparse.Namespace) -> str:
    entries = []
    for name, preset in PRESETS.items():
        changed = preset.experiment.base.changed()
        settings = " ".join(f"{field}={text}" for field, text in changed.items()) or "all settings at their defaults"
        entries.append(f"{name:<18} {preset.description}\n{'':<18} {settings}\n")
    return "\n".join(entries)


def _fields(_: argparse.Namespace) -> str:
    return field_table()


_COMMANDS = {"train": _train, "presets": _presets, "fields": _fields}
