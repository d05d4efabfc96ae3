"""A light browser: it speaks Streamlit's own protocol and draws nothing."""

from benchmarks.light.client import Client, Late
from benchmarks.light.screen import Screen, Shown
from benchmarks.light.widgets import Widget, state_of

__all__ = ["Client", "Late", "Screen", "Shown", "Widget", "state_of"]
