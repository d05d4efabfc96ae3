"""The few lines of JavaScript that fetch the live components' modules; no streamlit.

A component's own script is a ``blob:`` module, which cannot import by relative path. So it imports the bundle by its
address, which holds a hash of all of it: one document can hold two versions side by side and never a mixture. A browser may
remember that a module failed to load; the next call asks under another query.

While modules load, calls can overtake each other (seen in Chromium under load): only the newest one counts.
"""

from __future__ import annotations

import json
from pathlib import Path

from app.live.bundle import FOLDER, address, modules

__all__ = ["loader"]

TEMPLATE = """\
const ADDRESS = %(address)s;
const store = (globalThis[Symbol.for("bnlab.bundles")] ??= { loads: new Map(), failures: 0 });
function load() {
  const url = new URL(ADDRESS + (store.failures ? `?${store.failures}` : ""), location.href);
  return import(url.href).catch((error) => {
    store.loads.delete(ADDRESS);
    store.failures += 1;
    throw error;
  });
}
const newest = new WeakMap();
export default async function (component) {
  newest.set(component.parentElement, component);
  if (!store.loads.has(ADDRESS)) store.loads.set(ADDRESS, load());
  const { default: live } = await store.loads.get(ADDRESS);
  if (newest.get(component.parentElement) === component) return live[%(entry)s].default(component, live[%(css)s]);
}
"""


def loader(entry: str, base_path: str = "", folder: Path = FOLDER, css: str = "player.css") -> str:
    """Return the script of a component whose work is done by a module of the folder.

    Parameters
    ----------
    entry : str
        The module, whose default export is called with the component and the style sheet's text.
    base_path : str
        The server's base URL path, with or without slashes.
    folder : Path
        Where the modules are.
    css : str
        The style sheet.

    Raises
    ------
    ValueError
        If there is no such module.

    Examples
    --------
    >>> '"/lab/app/live/' in loader("main.js", "lab")
    True
    """
    names = modules(folder)
    if entry not in names:
        raise ValueError(f"loader.entry: must be a module of app/static/live; got {entry!r}. Modules: {', '.join(names)}.")
    return TEMPLATE % {"address": json.dumps(address(base_path, folder)), "entry": json.dumps(entry), "css": json.dumps(css)}
