"""The few lines of JavaScript that fetch the live components' modules; no streamlit.

A component's own script is a ``blob:`` module, which cannot import by relative path, and a query on the first module's
address is not inherited by those it imports. So the loader fetches every module under the hash of all of them and points
the imports at each other's copies: one document can hold two versions side by side and never a mixture.

While modules load, calls can overtake each other (seen in Chromium under load): only the newest one counts.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

__all__ = ["FOLDER", "content_hash", "loader"]

FOLDER = Path(__file__).resolve().parents[1] / "static" / "live"

TEMPLATE = """\
const VERSION = %(version)s, BASE = %(base)s, NAMES = %(names)s;
const IMPORTS = /^((?:import|export|\\}).*)"\\.\\/([\\w.-]+)"/gm;
const store = (globalThis[Symbol.for("bnlab.live")] ??= new Map());
const text = (name) => fetch(`${BASE}${name}?v=${VERSION}`).then((reply) => {
  if (!reply.ok) throw new Error(`${name}: ${reply.status}`);
  return reply.text();
});
async function load() {
  const sources = new Map(await Promise.all(NAMES.map(async (name) => [name, await text(name)])));
  const urls = new Map();
  const url = (name) => {
    if (!urls.has(name)) {
      const source = sources.get(name).replace(IMPORTS, (_, words, file) => `${words}"${url(file)}"`);
      const origin = `\\n//# sourceURL=${new URL(BASE + name, location.href)}?v=${VERSION}`;
      urls.set(name, URL.createObjectURL(new Blob([source, origin], { type: "text/javascript" })));
    }
    return urls.get(name);
  };
  return { url, css: sources.get("player.css") };
}
if (!store.has(VERSION)) store.set(VERSION, load().catch((error) => { store.delete(VERSION); throw error; }));
const newest = new WeakMap();
export default async function (component) {
  newest.set(component.parentElement, component);
  const { url, css } = await store.get(VERSION);
  const { default: mount } = await import(url(%(entry)s));
  if (newest.get(component.parentElement) === component) return mount(component, css);
}
"""


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.js"), *folder.glob("*.css")])


def content_hash(folder: Path = FOLDER) -> str:
    """Return a short hash of the names and contents of all modules of a folder.

    Examples
    --------
    >>> len(content_hash())
    12
    """
    total = hashlib.sha256()
    for path in _files(folder):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def loader(entry: str, base_path: str = "", folder: Path = FOLDER) -> str:
    """Return the script of a component whose work is done by a module of the folder.

    Parameters
    ----------
    entry : str
        The module, whose default export is called with the component and the style sheet's text.
    base_path : str
        The server's base URL path, with or without slashes.
    folder : Path
        Served as ``app/static/live`` below the base path.

    Raises
    ------
    ValueError
        If there is no such module.

    Examples
    --------
    >>> '"/lab/app/static/live/"' in loader("main.js", "lab")
    True
    """
    names = [path.name for path in _files(folder)]
    if entry not in names:
        raise ValueError(f"loader.entry: must be a module of app/static/live; got {entry!r}. Modules: {', '.join(names)}.")
    base = "/".join(["", *filter(None, base_path.split("/")), "app", "static", "live", ""])
    values = {"version": content_hash(folder), "base": base, "names": names, "entry": entry}
    return TEMPLATE % {name: json.dumps(value) for name, value in values.items()}
