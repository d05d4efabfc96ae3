"""What holds for all tests."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")  # the same examples everywhere, and no test fails because a machine is busy


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Keep the search for doctests away from the scripts beside the tests: some need what only `make evidence` installs."""
    return True if collection_path.suffix == ".py" and not collection_path.name.startswith("test_") else None
