"""Find a Chromium for the browser tests, or get one: ``python -m tests.browser.find_browser [--install]``.

The order: ``$CHROMIUM``, the system's Chromium or Chrome, Playwright's own; with ``--install`` also Playwright's download
and, as root on Debian and its kin, the package ``chromium``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
NONE = (
    "No Chromium for the browser tests: none on this system, and neither Playwright's download nor apt-get gave one. "
    "Install Chromium or Chrome, or name one in CHROMIUM."
)


def works(path: str | None) -> bool:
    """Tell whether this is a browser that starts: some packages install a mere hint to get another."""
    if not path:
        return False
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def playwrights_own() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find_browser() -> str | None:
    """Return the path of a Chromium that starts, or None."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen if works(chosen) else None
    for path in (*map(shutil.which, NAMES), str(MAC)):
        if works(path):
            return path
    own = playwrights_own()
    return own if works(own) else None


def install_browser() -> str | None:
    """Get a Chromium from Playwright, or else from Debian; return its path, or None."""
    attempts = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        attempts.append([["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]])
    for commands in attempts:
        print(f"No Chromium yet: {' '.join(commands[-1])}", flush=True)
        for command in commands:
            try:
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600, check=False)
            except (OSError, subprocess.TimeoutExpired):
                continue
        if path := find_browser():
            return path
    return None


def main(arguments: list[str]) -> int:
    path = find_browser() or (install_browser() if "--install" in arguments else None)
    print(path or NONE, file=sys.stdout if path else sys.stderr)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
