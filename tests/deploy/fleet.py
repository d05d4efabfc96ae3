"""Several real copies of the app on loopback addresses of their own, and the real proxy before them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.browser.server import ROOT, AppServer, free_port
from tests.deploy.names import Names

__all__ = ["Fleet", "Proxy", "Replica", "until"]

CONFIG = ROOT / "deploy/haproxy.cfg"


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.1)


class Replica(AppServer):
    """One copy of the app, on the same port as the others and an address of its own, as in a container."""

    def __init__(self, folder: Path, address: str, port: int, **variables: str) -> None:
        folder.mkdir(exist_ok=True)
        self.address = address
        self.log = folder / "server.log"
        base = variables.get("BNLAB_BASE_PATH", "")
        self.url = f"http://{address}:{port}" + (f"/{base}" if base else "")
        command = [sys.executable, "-m", "streamlit", "run", "app/main.py", f"--server.port={port}", f"--server.address={address}"]
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "BNLAB_WORKERS": "1"} | variables
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def signal(self, number: int) -> None:
        """Send a signal to the server and its workers."""
        os.killpg(self.process.pid, number)


class Proxy:
    """The real proxy with the real configuration; what differs from the container comes as variables."""

    def __init__(self, path: str, folder: Path, names: Names, port: int, **variables: str) -> None:
        self.port = free_port()
        self.control = str(folder / "control")
        extra = folder / "extra.cfg"
        extra.write_text(f"global\n    stats socket {self.control} mode 600 level admin\n")
        self.log = folder / "proxy.log"
        environment = os.environ | {
            "BNLAB_BIND": f"127.0.0.1:{self.port}",
            "BNLAB_DNS": f"127.0.0.1:{names.port}",
            "BNLAB_HOST": f"lab:{port}",
            **variables,
        }
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [path, "-db", "-f", str(CONFIG), "-f", str(extra)], env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        self.url = f"{'https' if variables.get('BNLAB_TLS') else 'http'}://127.0.0.1:{self.port}"

    def ask(self, line: str) -> str:
        """Ask the proxy's own console."""
        with socket.socket(socket.AF_UNIX) as console:
            console.connect(self.control)
            console.sendall(f"{line}\n".encode())
            return b"".join(iter(lambda: console.recv(65536), b"")).decode()

    def servers(self) -> dict[str, dict[str, str]]:
        """Return what the proxy knows of each copy, by its address."""
        head, *lines = self.ask("show stat").lstrip("# ").strip().splitlines()
        rows = [dict(zip(head.split(","), line.split(","), strict=False)) for line in lines]
        return {row["addr"].split(":")[0]: row for row in rows if row["pxname"] == "lab" and row["addr"]}

    def up(self) -> set[str]:
        """Return the addresses of the copies that pass their check."""
        if self.process.poll() is not None:
            raise RuntimeError(f"the proxy has ended; its log:\n{self.log.read_text()}")
        try:
            return {address for address, row in self.servers().items() if row["status"].startswith("UP")}
        except (FileNotFoundError, ConnectionRefusedError):
            return set()

    def get(self, path: str) -> tuple[int, str]:
        """Fetch an address through the proxy, without a cookie."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(20)


class Fleet:
    """Copies of the app, the name server that knows them, and a proxy.

    Parameters
    ----------
    path : str
        HAProxy.
    folder : Path
        Where logs are written.
    size : int
        How many copies.
    variables : str
        The environment of copies and proxy alike.
    """

    def __init__(self, path: str, folder: Path, size: int, **variables: str) -> None:
        self.folder, self.variables, self.port = folder, variables, free_port()
        addresses = [f"127.0.0.{i + 2}" for i in range(size)]
        self.replicas = {address: self._start(address) for address in addresses}
        self.names = Names(addresses)
        self.proxy = Proxy(path, folder, self.names, self.port, **variables)

    def _start(self, address: str) -> Replica:
        return Replica(self.folder / address, address, self.port, **self.variables)

    def wait(self) -> None:
        """Wait until the proxy sends visitors to every copy."""
        for replica in self.replicas.values():
            replica.wait_until_healthy()
        until(lambda: self.proxy.up() == {*self.replicas})

    def kill(self, address: str) -> None:
        """End a copy as a crash would."""
        self.replicas[address].signal(signal.SIGKILL)
        self.replicas[address].process.wait()

    def restart(self, address: str) -> None:
        """Start a copy that has ended again."""
        self.replicas[address] = self._start(address)

    def close(self) -> None:
        self.proxy.close()
        self.names.close()
        for replica in self.replicas.values():
            replica.kill()
