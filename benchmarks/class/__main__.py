"""Run a class: ``python -m benchmarks.class --students 30 --scenario change``; ``--table`` makes all of docs/load.md."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.proc import cpu_seconds, holdings

from . import browsers
from .server import Server
from .students import joined
from .tally import Tally

SCENARIOS = ("change", "same", "burst", "probe", "play")
MOST_STUDENTS, MOST_SECONDS = 300, 3600
TABLE = (
    ("change", 10), ("change", 30), ("change", 60), ("change", 120), ("same", 60), ("burst", 60), ("probe", 40), ("play", 0),
)  # fmt: skip


def said(text: str) -> None:
    """Tell how far it is, on the other stream than the numbers."""
    print(text, file=sys.stderr, flush=True)


async def run(
    server: Server, scenario: str, students: int, seconds: float, think: float, chromium: int, query: str
) -> dict[str, Any]:
    """Return what a class of so many measures in so many seconds."""
    tally, empty = Tally(), holdings(server.pid)
    began = time.monotonic()
    async with joined(server.url, students, tally, alike=scenario == "same", query=query, said=said) as inside:
        entering = time.monotonic() - began
        async with browsers.opened(server.url, chromium, query) as pages:
            full = holdings(server.pid)
            before, own = cpu_seconds(server.pid), time.process_time()
            start = time.monotonic()
            until = start + seconds
            if scenario == "burst":
                while time.monotonic() < until:
                    await asyncio.gather(*(student.change() for student in inside))
                    await asyncio.sleep(think)
            else:
                half = len(inside) // 2 if scenario == "probe" else 0
                work = [student.drag(until) for student in inside[:half]]
                work += [student.think_and_change(until, think) for student in inside[half:]]
                look = browsers.play if scenario == "play" else None
                work += [look(page, until) if look else browsers.change_now_and_then(page, tally, until, think) for page in pages]
                await asyncio.gather(*work)
            took = time.monotonic() - start
            after, own = cpu_seconds(server.pid), time.process_time() - own
            end = holdings(server.pid)
    used = {pid: after[pid] - before.get(pid, 0.0) for pid in after}
    changes = len(tally.changes) + len(tally.browsers)
    return {
        "scenario": scenario, "students": students, "seconds": round(took, 1), "Chromium pages": len(pages), **tally.numbers(),
        "joins a second": round(len(tally.joins) / entering, 2) if entering else 0.0,
        "server CPU ms a change": round(1000 * sum(used.values()) / changes, 1) if changes else None,
        "of it in the main process": round(1000 * used.get(server.pid, 0.0) / changes, 1) if changes else None,
        "server CPU share of one core": round(sum(used.values()) / took, 3),
        "generator CPU share of one core": round(own / took, 3),
        "memory MB": {"empty": round(empty.pss / 1e6), "all in": round(full.pss / 1e6), "at the end": round(end.pss / 1e6)},
        "memory kB a session": round((full.pss - empty.pss) / 1000 / max(1, students + len(pages))),
        "threads": {"empty": empty.threads, "all in": full.threads, "at the end": end.threads},
        "tracebacks in the log": server.tracebacks(),
        "load average of the machine": [round(value, 1) for value in os.getloadavg()],
    }  # fmt: skip


def row(measured: dict[str, Any]) -> str:
    """Return a run as a row of the table in docs/load.md."""
    whole, first = measured["whole run ms"], measured["first picture ms"]
    cells = [
        f"{measured['scenario']} {measured['students']}",
        *(f"{whole.get(name, float('nan')):.0f}" for name in ("median", "p95", "p99", "max")),
        *(f"{first.get(name, float('nan')):.0f}" for name in ("median", "max")),
        f"{measured['probe ms'].get('p95', float('nan')):.0f}",
        str(measured["server CPU ms a change"]), str(measured["payload kB a change"]),
        str(measured["memory MB"]["at the end"]),
        str(measured["joins a second"]), str(measured["errors"]), f"{measured['load average of the machine'][0]:.1f}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


HEAD = (
    "| class | whole run: median ms | p95 | p99 | max | first picture: median ms | max | probe p95 ms | CPU ms a change "
    "| kB a change | MB | joins a second | errors | load |\n|---|" + "--:|" * 13
)


def main() -> None:
    """Read the command line and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.class", description=__doc__)
    parser.add_argument("--students", type=int, default=30, help=f"light clients, at most {MOST_STUDENTS}")
    parser.add_argument("--seconds", type=float, default=60.0, help=f"at most {MOST_SECONDS}")
    parser.add_argument("--scenario", choices=SCENARIOS, default="change")
    parser.add_argument("--think", type=float, default=5.0, help="seconds between a whole picture and the next change")
    parser.add_argument("--chromium", type=int, default=0, help="real browser pages among them, at most 8")
    parser.add_argument("--query", default="", help="query string that every page is opened with")
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    parser.add_argument("--table", action="store_true", help="run every row of docs/load.md, a fresh server each")
    wanted = parser.parse_args()
    if not (0 <= wanted.students <= MOST_STUDENTS and 0 < wanted.seconds <= MOST_SECONDS and 0 <= wanted.chromium <= 8):
        parser.error(f"at most {MOST_STUDENTS} students, {MOST_SECONDS} seconds and 8 Chromium pages")
    rows = TABLE if wanted.table else ((wanted.scenario, wanted.students),)
    measured = []
    for scenario, students in rows:
        pages = wanted.chromium or (4 if scenario == "play" else 0)
        with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "log") as server:
            said(f"{scenario}, {students} students, {wanted.seconds:.0f} s")
            measured.append(asyncio.run(run(server, scenario, students, wanted.seconds, wanted.think, pages, wanted.query)))
        print(json.dumps(measured[-1], indent=1) if not wanted.table else row(measured[-1]), flush=True)
    if wanted.table:
        print("\n".join([HEAD, *map(row, measured)]))
    if wanted.json:
        wanted.json.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
