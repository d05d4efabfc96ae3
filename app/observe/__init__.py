"""What the server tells about itself: one line an event, and numbers for Prometheus; nothing about a person; no streamlit."""

from app.observe.log import say, set_up
from app.observe.metrics import Metrics
from app.observe.watch import WATCH, Watch

__all__ = ["WATCH", "Metrics", "Watch", "say", "set_up"]
