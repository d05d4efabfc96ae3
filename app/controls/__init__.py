"""Experiment <-> widgets <-> URL."""

from app.controls.mend import message_of
from app.controls.session import change, current, latest, put
from app.controls.sidebar import sidebar
from app.controls.text import escape
from app.controls.url import decode, encode, run_of

__all__ = ["change", "current", "decode", "encode", "escape", "latest", "message_of", "put", "run_of", "sidebar"]
