"""Widgets as a browser keeps them: what each one says of itself, and the value that it sends back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState

__all__ = ["Widget", "read_block", "read_element", "state_of"]


@dataclass
class Widget:
    """One widget of the page.

    Parameters
    ----------
    id : str
        What the server calls it.
    kind : str
        The kind of its element, such as ``slider``.
    label : str
    field : str
        The field of `WidgetState` that carries its value; empty for a component, which has no value of its own accord.
    value : object
        What a browser would send for it.
    options : tuple of str
        What can be chosen.
    """

    id: str
    kind: str
    label: str
    field: str
    value: Any
    options: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The key that the page gave it; empty if it gave none.

        Examples
        --------
        >>> Widget("$$ID-9ba2-bn_momentum", "slider", "BN momentum", "string_array_value", ["0.9"]).key
        'bn_momentum'
        """
        key = self.id.partition("-")[2].partition("-")[2]
        return "" if key == "None" else key


def state_of(id: str, field: str, value: Any) -> WidgetState:
    """Return the state of a widget as it goes to the server, whether the server would expect such a one or not.

    Examples
    --------
    >>> state_of("a", "string_array_value", ["x"]).string_array_value.data
    ['x']
    """
    state = WidgetState(id=id)
    if field.endswith("_array_value"):
        getattr(state, field).SetInParent()
        getattr(state, field).data.extend(value)
    elif field == "string_trigger_value":
        state.string_trigger_value.data = value
    elif field:
        setattr(state, field, value)
    return state


def read_element(kind: str, element: Any) -> Widget | None:
    """Return the widget that an element is, if it is one."""
    if kind == "slider":
        if element.options:
            chosen = list(element.raw_value) if element.set_value else [element.options[int(i)] for i in element.default]
            return Widget(element.id, kind, element.label, "string_array_value", chosen, tuple(element.options))
        numbers = list(element.value if element.set_value else element.default)
        return Widget(element.id, kind, element.label, "double_array_value", numbers)
    if kind in ("selectbox", "radio"):
        options = tuple(element.options)
        text = element.raw_value if element.set_value else options[element.default] if element.HasField("default") else None
        return Widget(element.id, kind, element.label, "string_value", text, options)
    if kind == "button_group":
        options = tuple(option.content for option in element.options)
        many = list(element.raw_values) if element.set_value else [options[i] for i in element.default]
        return Widget(element.id, kind, element.label, "string_array_value", many, options)
    if kind == "checkbox":
        return Widget(element.id, kind, element.label, "bool_value", element.value if element.set_value else element.default)
    if kind == "number_input":
        return Widget(element.id, kind, element.label, "double_value", element.value if element.set_value else element.default)
    if kind in ("text_input", "text_area"):
        return Widget(element.id, kind, element.label, "string_value", element.value if element.set_value else element.default)
    if kind in ("button", "download_button"):
        return Widget(element.id, kind, element.label, "trigger_value", None)
    if kind == "bidi_component":
        return Widget(element.id, kind, element.component_name, "", None)
    return None


def read_block(block: Any) -> Widget | None:
    """Return the widget that a container is, if it is one: an expander that tells when it is opened."""
    expander = block.expandable
    if block.WhichOneof("type") != "expandable" or not expander.id:
        return None
    return Widget(expander.id, "expander", expander.label, "bool_value", expander.expanded)
