"""The server on a root that nobody can write, as a user that owns nothing: only `/tmp` changes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.server import ROOT, AppServer, free_port

pytestmark = pytest.mark.browser

USER = "10001"
PLACES = [ROOT / "app", ROOT / "bncore", ROOT / ".streamlit", Path(sys.prefix), Path("/var/tmp"), Path("/etc"), Path("/var/log")]


def closing(scratch: Path) -> str:
    """Return the commands after which, in this name space alone, only one folder can be written, as with --read-only.

    It lies in `/tmp` and is not all of it: the checkout may lie there too.
    """
    roots = sorted({_mount_of(path) for path in (ROOT, Path(sys.prefix), Path("/tmp"))})
    shut = " && ".join(f"mount -o remount,bind,ro {root}" for root in roots)
    return f"mount --make-rprivate / && {shut} && mount -t tmpfs -o mode=1777 tmpfs {scratch}"


def _mount_of(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_mount())


def all_files() -> dict[str, tuple[int, int]]:
    """Return size and time of change of every file of the places that a server could think of."""
    found = {}
    for place in PLACES:
        for folder, _, names in os.walk(place):
            for path in (folder, *(os.path.join(folder, name) for name in names)):
                state = os.lstat(path)
                found[path] = (state.st_size, state.st_mtime_ns)
    return found


def as_nobody() -> list[str]:
    """Return the start of a command that drops root, every capability and every way back."""
    if os.geteuid() != 0:
        return []
    drop = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs"]
    # an interpreter in root's own folder can be read by others only with this; it lets nobody write
    reads = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search", "--bounding-set=-all,+dac_read_search"]
    nothing = ["--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all"]
    reached = all(folder.stat().st_mode & 0o001 for folder in Path(sys.executable).resolve().parents)
    return [*drop, *(nothing if reached else reads)]


class Closed(AppServer):
    """The server as the image starts it, on a root that is closed."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        port = free_port()
        self.log = folder / "server.log"
        self.scratch = scratch
        self.url = f"http://127.0.0.1:{port}"
        space = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else [])]
        server = [*as_nobody(), sys.executable, "-m", "app"]
        environment = {
            "PATH": os.defpath,
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "PORT": str(port),
            "OPENBLAS_NUM_THREADS": "1",
            "BNLAB_WORKERS": "2",
        }
        command = [*space, "sh", "-c", f'{closing(scratch)} && exec "$@"', "sh", *server]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def inside(self, path: Path) -> Path:
        """Return a path as the server sees it."""
        return Path(f"/proc/{self.process.pid}/root{path}")


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Closed]:
    tools = ["unshare", "setpriv"]
    if any(shutil.which(tool) is None for tool in tools):
        pytest.skip("only Linux has name spaces (unshare, setpriv of util-linux)")
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    scratch = Path(tempfile.mkdtemp(prefix="bnlab-", dir="/tmp"))
    scratch.chmod(0o755)  # where the server's own folder goes, in its name space
    if subprocess.run(["unshare", "--mount", *own, "sh", "-c", closing(scratch)], capture_output=True, check=False).returncode:
        scratch.rmdir()
        pytest.skip("this system lets this user have no name space of its own")
    server = Closed(tmp_path, scratch)
    try:
        server.wait_until_healthy()
        yield server
    finally:
        server.kill()
        scratch.rmdir()  # what was written in it went with the server


def test_nothing_outside_tmp_changes_from_start_to_end(browser: Browser, closed: Closed) -> None:
    before = all_files()
    status = Path(f"/proc/{closed.process.pid}/status").read_text()
    if os.geteuid() == 0:
        assert f"Uid:\t{USER}\t{USER}\t{USER}\t{USER}" in status
        assert "NoNewPrivs:\t1" in status
    with pytest.raises(OSError, match="Read-only file system"):
        closed.inside(ROOT / "app/made").touch()  # even root could not
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(closed.url)
        expect(page.locator("[data-frames][data-complete=true]")).to_be_visible(timeout=60_000)
        page.goto(f"{closed.url}/code")
        expect(page.locator("pre code").first).to_be_visible(timeout=60_000)
    left = [path for path in closed.inside(closed.scratch).rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in left) < 1_000_000, left
    closed.process.send_signal(signal.SIGTERM)
    end = time.monotonic() + 60
    while closed.alive() and time.monotonic() < end:
        time.sleep(0.1)
    assert not closed.alive()  # and no worker is left
    assert sorted(path for path, _ in before.items() ^ all_files().items()) == []
    log = closed.log_text()
    assert [word for word in ("Traceback", "Read-only", "Permission denied", "rror:") if word in log] == [], log
