"""What processes hold and use, as the kernel counts it (Linux)."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Holdings", "cpu_seconds", "family", "holdings"]

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Holdings:
    """What some processes hold together.

    Parameters
    ----------
    processes, threads, descriptors : int
    rss, pss : int
        Bytes of memory in use: as each process counts it, and with shared pages counted once.
    """

    processes: int
    threads: int
    descriptors: int
    rss: int
    pss: int


def family(root: int) -> list[int]:
    """Return a process and all that it has started, and they in turn, that still run.

    Examples
    --------
    >>> os.getpid() in family(os.getpid())
    True
    """
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] != "Z":
                    parents[int(entry.name)] = int(fields[1])
    found = [root] if root in parents else []
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def holdings(root: int) -> Holdings:
    """Return what a process and its descendants hold.

    Examples
    --------
    >>> holdings(os.getpid()).threads >= 1
    True
    """
    pids = family(root)
    threads = descriptors = rss = pss = 0
    for pid in pids:
        with suppress(OSError):
            threads += len(os.listdir(f"/proc/{pid}/task"))
            descriptors += len(os.listdir(f"/proc/{pid}/fd"))
            sizes = dict(line.split(":") for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
            rss += 1024 * int(sizes["Rss"].split()[0])
            pss += 1024 * int(sizes["Pss"].split()[0])
    return Holdings(len(pids), threads, descriptors, rss, pss)


def cpu_seconds(root: int) -> dict[int, float]:
    """Return the processor time that a process and its descendants have used so far, by process id.

    Examples
    --------
    >>> cpu_seconds(os.getpid())[os.getpid()] >= 0.0
    True
    """
    used = {}
    for pid in family(root):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used[pid] = (int(fields[11]) + int(fields[12])) / TICKS
    return used
