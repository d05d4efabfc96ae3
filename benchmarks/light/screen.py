"""What a browser knows of the page that it shows: it hears the server's messages and says what to send."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from app.live.codec import unpack
from benchmarks.light.widgets import Widget, read_block, read_element, state_of

__all__ = ["Screen", "Shown"]

SELDOM = 3600.0
"""What is drawn again after more seconds than these is there for browsers that come back (`app.controls.returning`)."""

RUNS_KEPT = 2
"""Whole reruns for which a browser keeps a large message, so that the server need not send it again."""


@dataclass(frozen=True)
class Shown:
    """The bytes of one of our components, as they came.

    Parameters
    ----------
    component : str
        Its key on the page.
    header : dict
        The header of the bytes, without the table of arrays; empty where the component has no bytes of this format.
    size : int
        Bytes of the message that brought it; of a reference to an earlier message, those of the reference.
    at : float
        The clock when it came.
    data : bytes
        The bytes themselves.
    """

    component: str
    header: dict[str, Any]
    size: int
    at: float
    data: bytes


@dataclass
class Screen:
    """One page in one browser; no network.

    Parameters
    ----------
    path : str
        The page's place in the address, empty for the first page.
    query : str
        The query string of the address.
    clock : callable
        Returns seconds.

    Attributes
    ----------
    widgets : dict of str to Widget
        By id, those of the page as it is now.
    texts : dict of tuple of int to str
        What alerts and errors say, by their place on the page.
    failures : list of str
        Exceptions that were drawn, with their message.
    running : bool
        Whether the server works on this page.
    runs : int
        Whole reruns that have ended.
    fragments : dict of str to float
        The fragments that ask to be drawn again, and after how many seconds.
    received : int
        Bytes that came.
    """

    path: str = ""
    query: str = ""
    clock: Callable[[], float] = time.monotonic
    widgets: dict[str, Widget] = field(default_factory=dict)
    texts: dict[tuple[int, ...], str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    running: bool = False
    runs: int = 0
    fragments: dict[str, float] = field(default_factory=dict)
    received: int = 0
    session: str = ""
    page_hash: str = ""

    def __post_init__(self) -> None:
        self._seen: set[str] = set()
        self._drawn: set[tuple[int, ...]] = set()
        self._whole = False
        self._kept: dict[str, tuple[int, Any]] = {}
        self._homes: dict[str, str] = {}

    def hear(self, data: bytes) -> Shown | None:
        """Take a message of the server in; return the bytes of a component, if it brought some."""
        message = ForwardMsg.FromString(data)
        self.received += len(data)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._begin(message)
        elif kind == "delta":
            return self._draw(message, message.delta, len(data))
        elif kind == "ref_hash":
            return self._draw(message, self._kept[message.ref_hash][1], len(data))
        elif kind == "navigation":
            self.page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun" and message.auto_rerun.interval < SELDOM:
            self.fragments[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self.fragments.pop(fragment, None)
        elif kind == "session_status_changed":
            self.running = message.session_status_changed.script_is_running
        elif kind == "script_finished":
            self._end(message.script_finished)
        return None

    def find(self, name: str) -> Widget:
        """Return a widget by its label or key.

        Raises
        ------
        LookupError
            If the page has none of that name.
        """
        for widget in self.widgets.values():
            if name in (widget.label, widget.key):
                return widget
        names = ", ".join(sorted(widget.key or widget.label for widget in self.widgets.values()))
        raise LookupError(f"Screen.find: must be a widget of the page; got {name!r}. There are: {names}.")

    def rerun(self, fragment: str = "", *, auto: bool = False, more: Mapping[str, WidgetState] | None = None) -> bytes:
        """Return the message that asks for a run of the page.

        Parameters
        ----------
        fragment : str
            The fragment to draw; the whole page if empty.
        auto : bool
            Nobody asked: the fragment does so by itself.
        more : mapping of str to WidgetState
            States that are sent in this message alone, by widget id, in place of the widget's own.
        """
        message = BackMsg()
        state = message.rerun_script
        more = more or {}
        for id, widget in self.widgets.items():
            if id not in more and widget.value is not None and widget.kind not in ("button", "download_button"):
                state.widget_states.widgets.append(state_of(id, widget.field, widget.value))
        state.widget_states.SetInParent()
        state.widget_states.widgets.extend(more.values())
        state.query_string, state.page_script_hash, state.fragment_id, state.is_auto_rerun = (
            self.query, self.page_hash, fragment, auto,
        )  # fmt: skip
        if not self.page_hash:
            state.page_name = self.path
        state.cached_message_hashes.extend(self._kept)
        context = state.context_info
        context.timezone, context.timezone_offset, context.locale = "UTC", 0, "en-US"
        context.url, context.is_embedded, context.color_scheme = f"http://127.0.0.1/{self.path}", False, "light"
        return message.SerializeToString()

    def home(self, widget: Widget) -> str:
        """Return the fragment that a widget stands in; empty if it stands in none."""
        return self._homes.get(widget.id, "")

    def _begin(self, message: Any) -> None:
        self._whole = not message.metadata.run.fragment_ids
        self.session = message.new_session.initialize.session_id or self.session
        self._seen, self._drawn = set(), set()
        if self._whole:
            self.fragments.clear()

    def _draw(self, message: Any, delta: Any, size: int) -> Shown | None:
        place = tuple(message.metadata.delta_path)
        if message.metadata.cacheable:
            self._kept[message.hash] = (self.runs, delta)
        self._drawn.add(place)
        self.texts.pop(place, None)
        if delta.WhichOneof("type") == "add_block":
            self._keep(read_block(delta.add_block), delta.fragment_id, told=False)
            return None
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        part = getattr(element, kind) if kind else None
        self._keep(read_element(kind, part), delta.fragment_id, told=getattr(part, "set_value", False))
        if kind == "alert":
            self.texts[place] = part.body
        elif kind == "exception":
            self.texts[place] = part.message
            self.failures.append(f"{part.type}: {part.message}")
        elif kind == "bidi_component" and part.WhichOneof("data") == "bytes" and part.bytes:
            header = unpack(part.bytes)[0] if part.bytes[:4] == b"BNL1" else {}
            key = part.id.partition("-")[2].partition("-")[2]
            return Shown(key, header, size, self.clock(), part.bytes)
        return None

    def _keep(self, widget: Widget | None, fragment: str, *, told: bool) -> None:
        """Keep a widget; the value it has here stays unless the server tells one."""
        if widget is None:
            return
        self._seen.add(widget.id)
        self._homes[widget.id] = fragment
        before = self.widgets.get(widget.id)
        if before is not None and not told:
            widget.field, widget.value = before.field, before.value
        self.widgets[widget.id] = widget

    def _end(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_SUCCESSFULLY:
            self.runs += 1
            self.widgets = {id: widget for id, widget in self.widgets.items() if id in self._seen}
            self.texts = {place: text for place, text in self.texts.items() if place in self._drawn}
            self._kept = {name: kept for name, kept in self._kept.items() if self.runs - kept[0] < RUNS_KEPT}
