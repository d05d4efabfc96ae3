from __future__ import annotations

import socket
from pathlib import Path

from app.http.sockets import send_at_once


def without_delay(connection: socket.socket) -> bool:
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_connections_of_a_socket_bound_as_streamlit_binds_it_send_at_once() -> None:
    with socket.socket(family=socket.AF_INET) as server, socket.socket() as other:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert server.proto == 0  # what asyncio takes for something else than TCP
        assert send_at_once() >= 1
        with socket.create_connection(server.getsockname()), server.accept()[0] as accepted:
            assert without_delay(accepted)
        assert not without_delay(other)


def test_sockets_of_other_kinds_are_left_alone(tmp_path: Path) -> None:
    before = send_at_once()
    closed = socket.socket()
    closed.close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, socket.socket(socket.AF_UNIX) as local:
        datagrams.bind(("127.0.0.1", 0))
        local.bind(str(tmp_path / "local"))
        local.listen()
        assert send_at_once() == before
