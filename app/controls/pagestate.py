"""The settings of one page beside the Playground: in its controls, its session and its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.classroom.link import PARAMS
from app.controls.classroom import class_params, take_link
from app.controls.echo import echoes, is_echo, note
from app.controls.entering import entering
from app.controls.mend import message_of
from app.controls.returning import resume
from app.controls.text import escape, legible
from app.words import label_of
from bncore.errors import ConfigError
from bncore.spec import Spec, checked, format_value, parse

__all__ = ["Field", "PageState"]

Hold = Callable[[Mapping[str, Any], dict[str, Any]], dict[str, Any]]

MOST_BUTTONS, LONGEST = 4, 2000


@dataclass(frozen=True)
class Field:
    """One setting of a page.

    Parameters
    ----------
    spec : Spec
        Its label, help, kind and bounds.
    default : value
    stops : tuple of numbers
        Where a slider of it can stand; a number without stops gets a plain slider or a box.
    words : mapping of str to str
        What choices are called, where that is not the value.
    read, write : callable, optional
        Text to checked value and back, for what is no kind of `Spec`. ``read`` raises `ConfigError`.

    Notes
    -----
    Values are compared with ``==``; those that `Spec` does not know must be of a kind for which that says true or false.
    """

    spec: Spec
    default: Any
    stops: tuple[float, ...] = ()
    words: Mapping[str, str] | None = None
    read: Callable[[str], Any] | None = None
    write: Callable[[Any], str] | None = None


class PageState:
    """The settings of one page.

    Parameters
    ----------
    page : str
        The page's name: it begins every key of its widgets.
    fields : mapping of str to Field
        Its settings by name; the name is the one in the address.
    hold : callable, optional
        Gets the settings that the address gave and those that are asked for; returns those that this tab may have.

    Raises
    ------
    ConfigError
        If a default or a stop is not allowed by its own Spec.

    Examples
    --------
    >>> state = PageState("toy", {"n": Field(Spec("", "Batches", "How many.", "int", 1, 500), 25)})
    >>> state.encode({"n": 30}), state.decode({"n": ["0"]})
    ({'n': ['30']}, ({'n': 25}, ['Batches (n): must be 1..500; got 0. Use 1 or more. Using 25.']))
    """

    def __init__(self, page: str, fields: Mapping[str, Field], hold: Hold | None = None) -> None:
        self.page, self.fields, self.hold = page, dict(fields), hold
        for name, field in fields.items():
            default, stops = self._checked(name, field.default), tuple(self._checked(name, stop) for stop in field.stops)
            self.fields[name] = replace(field, default=default, stops=stops)
        self._values, self._said, self._written, self._given = (
            f"bnlab.{page}.{part}" for part in ("values", "said", "written", "given")
        )

    def current(self) -> tuple[dict[str, Any], list[str]]:
        """Return the settings of this run of the page, and what could not be used; to be called before any control.

        The address decides when the page is opened with one, and after Back or Forward; else the controls do.
        """
        state = st.session_state
        address = {name: st.query_params.get_all(name) for name in st.query_params}
        context = get_script_run_ctx()
        entered = entering()
        if self._values not in state or (entered and address) or (context is not None and context.is_history_navigation):
            said = take_link(address)
            state[self._given], problems = self.decode(address)
            self._keep(state[self._given], [*said, *problems])
            state[self._written] = address
        else:
            self._take()
        for name, value in self._shown(self.latest()).items():
            if self.key(name) not in state:
                state[self.key(name)] = value
        resume()
        self._write(address, always=entered and not address)
        return dict(state[self._values]), list(state[self._said])

    def latest(self) -> dict[str, Any]:
        """Return the settings as they are now; for callbacks and fragments."""
        return dict(st.session_state.get(self._values, {name: field.default for name, field in self.fields.items()}))

    def change(self, **values: Any) -> list[str]:
        """Change settings and move their controls; for callbacks. What is not allowed is left as it was, and said."""
        said = []
        kept = self.latest()
        for name, value in values.items():
            if name not in self.fields:
                said.append(f"{legible(name)}: no such setting on this page. Left out.")
                continue
            try:
                kept[name] = self._checked(name, value)
            except ConfigError as error:
                said.append(self._sentence(error, name, kept[name]))
        self._keep(kept, said)
        return said

    def reset(self) -> None:
        """Put every setting back to its default; for callbacks."""
        self.change(**{name: field.default for name, field in self.fields.items()})

    def key(self, name: str) -> str:
        """Return the key of a setting's control."""
        return f"{self.page}.{name}"

    def write(self) -> None:
        """Make the address say what the settings are; one that already means the same is left as it was typed.

        `current` does this; a fragment that changed settings does it when a slider is let go.
        """
        self._write({name: st.query_params.get_all(name) for name in st.query_params})

    def encode(self, values: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return the query parameters of settings; defaults are left out."""
        return {name: [self._text(name, values[name])] for name, field in self.fields.items() if values[name] != field.default}

    def decode(self, address: Mapping[str, list[str]]) -> tuple[dict[str, Any], list[str]]:
        """Return the settings of query parameters, and a message for each that could not be used."""
        values, said = {name: field.default for name, field in self.fields.items()}, []
        for name, texts in address.items():
            if name in PARAMS:
                continue
            if name not in self.fields:
                said.append(f"{legible(name)}: no such setting on this page. Left out.")
                continue
            try:
                values[name] = self._read(name, texts[-1] if texts else "")
            except ConfigError as error:
                said.append(self._sentence(error, name, values[name]))
        return values, said

    def control(self, name: str, *, disabled: str = "", label: str = "") -> None:
        """Draw a setting's control.

        Parameters
        ----------
        name : str
        disabled : str
            Why it is without effect now, if it is.
        label : str
            Its name, if not the usual one.
        """
        field, key = self.fields[name], self.key(name)
        spec, off = field.spec, bool(disabled)
        label = label or spec.label
        tip = escape(f"{spec.help} {f'Without effect now: {disabled}' if disabled else ''}".strip())

        def words(value: Any) -> str:
            return (field.words or {}).get(str(value), str(value))

        if field.write is not None:
            st.text_input(label, key=key, help=tip, disabled=off, max_chars=LONGEST)
        elif spec.kind == "bool":
            st.toggle(label, key=key, help=tip, disabled=off)
        elif spec.kind == "choice" and len(spec.choices) <= MOST_BUTTONS:
            st.segmented_control(
                label, spec.choices, key=key, help=tip, disabled=off, required=True, format_func=words, width="stretch"
            )
        elif spec.kind == "choice":
            st.selectbox(label, spec.choices, key=key, help=tip, disabled=off, format_func=words)
        elif field.stops:
            st.select_slider(label, self._stops(name), key=key, help=tip, disabled=off, format_func=label_of)
        elif spec.kind == "int" and (spec.upper or 0) - (spec.lower or 0) <= 500:
            st.slider(label, int(spec.lower or 0), int(spec.upper or 0), key=key, help=tip, disabled=off)
        elif spec.kind == "int":
            st.number_input(label, int(spec.lower or 0), int(spec.upper or 0), key=key, help=tip, disabled=off, step=1)
        elif spec.kind == "float":
            lower, upper = (bound if bound is None else float(bound) for bound in (spec.lower, spec.upper))
            st.number_input(label, lower, upper, key=key, help=tip, disabled=off, format="%.6g")
        else:
            st.text_input(label, key=key, help=tip, disabled=off, max_chars=LONGEST)

    def _write(self, address: Mapping[str, list[str]], *, always: bool = False) -> None:
        """Write the address; always where the page was entered: a late answer of the page before may have written it since."""
        state, values = st.session_state, self.latest()
        link = class_params()
        wanted = self.encode(values) | link
        same = self.decode(address)[0] == values and {name: address[name] for name in PARAMS if name in address} == link
        as_sent = address if same else wanted
        if always or address != as_sent or state.get(self._written) != as_sent:
            st.query_params.from_dict(wanted)
            state[self._written] = wanted

    def _take(self) -> None:
        """Take over what was moved."""
        state, before, touched = st.session_state, self._shown(self.latest()), {}
        for name in self.fields:
            key = self.key(name)
            if key not in state or state[key] is None or state[key] == before[name]:
                continue
            if is_echo(key, state[key]):
                state[key] = before[name]
            else:
                touched[name] = state[key]
        if not touched:
            return
        kept, said = self.latest(), []
        for name, shown in touched.items():
            try:
                kept[name] = self._read(name, shown) if isinstance(shown, str) else self._checked(name, shown)
            except ConfigError as error:
                said.append(self._sentence(error, name, kept[name]))
        self._keep(kept, said)

    def _keep(self, values: dict[str, Any], said: list[str]) -> None:
        state = st.session_state
        kept = self.hold(state.get(self._given, values), values) if self.hold is not None else values
        shown = {self.key(name): value for name, value in self._shown(kept).items()}
        moved = {key: value for key, value in shown.items() if key in state and state[key] != value}
        known, before = echoes(), {key: state[key] for key in moved}
        state[self._values] = kept
        note(known, before)  # from here on a newer run may end this one: it writes what is left
        state[self._said] = said
        for key, value in moved.items():
            state[key] = value

    def _sentence(self, error: ConfigError, name: str, kept: Any) -> str:
        """Return what is wrong with a setting, and what it stays at."""
        label = self.fields[name].spec.label
        return message_of(error, self._text(name, kept) or "none", label if error.field == name and label.lower() != name else "")

    def _shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what every control holds: what is shown as text or moved between stops as text, all else as it is."""
        return {name: self._text(name, value) if self._is_text(name) else value for name, value in values.items()}

    def _is_text(self, name: str) -> bool:
        field = self.fields[name]
        return bool(field.stops or field.write) or field.spec.kind not in ("int", "float", "bool", "choice")

    def _stops(self, name: str) -> list[str]:
        field = self.fields[name]
        return [format_value(value) for value in sorted({*field.stops, field.default, self.latest()[name]})]

    def _checked(self, name: str, value: Any) -> Any:
        field = self.fields[name]
        if field.read is not None and field.write is not None:
            return field.read(field.write(value))
        whole = field.spec.kind == "int" and isinstance(value, float) and value.is_integer()  # a sheet sends 3 as 3.0
        return checked(name, field.spec, int(value) if whole else value)

    def _read(self, name: str, text: str) -> Any:
        field = self.fields[name]
        return field.read(text) if field.read is not None else parse(name, field.spec, text)

    def _text(self, name: str, value: Any) -> str:
        write = self.fields[name].write
        return write(value) if write is not None else format_value(value)
