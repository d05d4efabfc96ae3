"""One real server, spoken to by light clients: no browser is needed to send what no browser would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.server import AppServer
from tests.faults.serving import serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The running app; `server.url` is its address."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running
