"""Connections that do not hold back the end of an answer."""

from __future__ import annotations

import gc
import socket

__all__ = ["send_at_once"]


def send_at_once() -> int:
    """Switch Nagle's algorithm off on every listening socket of this process; call before the event loop accepts on them.

    Returns
    -------
    int
        The number of sockets; accepted connections inherit the option.

    Notes
    -----
    A server writes the head of an answer and then its body. With Nagle's algorithm the body waits until the browser has
    acknowledged the head, which it delays by 40 ms. asyncio switches the algorithm off, but only on sockets that say they
    are TCP (`socket.IPPROTO_TCP`); Streamlit binds its own with the protocol left at 0 and hands it to nobody.

    Examples
    --------
    >>> with socket.create_server(("127.0.0.1", 0)) as server:
    ...     found = send_at_once()
    ...     found > 0, server.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    (True, True)
    """
    count = 0
    for found in gc.get_objects():
        if type(found) is socket.socket and found.fileno() != -1 and _listens(found):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            count += 1
    return count


def _listens(found: socket.socket) -> bool:
    return found.family in (socket.AF_INET, socket.AF_INET6) and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) != 0
