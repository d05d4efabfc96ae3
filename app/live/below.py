"""Addresses below the path that the server stands at; no streamlit."""

from __future__ import annotations

__all__ = ["below"]


def below(base_path: str, path: str) -> str:
    """Return an address below the base path.

    Parameters
    ----------
    base_path : str
        The server's base URL path, with or without slashes.
    path : str

    Examples
    --------
    >>> below("lab/bn", "livez"), below("", "livez")
    ('/lab/bn/livez', '/livez')
    """
    return "/".join(["", *filter(None, base_path.split("/")), path])
