"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["machine"]


def machine(*packages: str) -> str:
    """Return a sentence: processor, cores, Python and the versions of some packages."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text("utf-8").splitlines() if cpu.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    of = ", ".join(f"{name} {_installed(name)}" for name in packages)
    return (
        f"Machine: {names[0] if names else platform.machine()}, {os.cpu_count()} cores. Python {platform.python_version()}, {of}."
    )


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
