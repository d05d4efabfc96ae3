"""Loaded by every Python process of a server under test: notes each address that it looks up or connects to."""

import os
import sys

EVENTS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})


def note(event: str, arguments: tuple[object, ...]) -> None:
    if event in EVENTS:
        address = arguments[0] if event.startswith("socket.get") else arguments[1]
        with open(os.environ["AUDIT_FILE"], "a", encoding="utf-8") as file:
            file.write(f"{event} {address!r}\n")


sys.addaudithook(note)
