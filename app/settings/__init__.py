"""The environment variables that a server is started with: read once, checked, described in one place; no streamlit.

>>> read({"BNLAB_WORKERS": "2"}).workers
2
"""

from app.settings.read import current, current_or_exit, described, read, similar
from app.settings.settings import Settings
from app.settings.variable import SettingsError, Variable

__all__ = ["Settings", "SettingsError", "Variable", "current", "current_or_exit", "described", "read", "similar"]
