"""All modules of the live components and their style sheet, linked into one module with an address of its own; no streamlit.

Each module becomes a function that returns what it exports, called in the order of the imports; its lines stay as they
are written, so that the browser's sources read like the repository. The address holds a hash of the whole: it can be kept
for ever, and one version never mixes with another.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from app.live.below import below

__all__ = ["FOLDER", "address", "bundle", "content_hash", "modules"]

FOLDER = Path(__file__).resolve().parents[1] / "static" / "live"

IMPORT = re.compile(r'^import \{([^{}]+)\} from "\./([\w.-]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (default )?((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
MARKER = "export {};\n"
LEFT = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def modules(folder: Path = FOLDER) -> list[str]:
    """Return the names of the modules of a folder, in order."""
    return sorted(path.name for path in folder.glob("*.js"))


@cache
def bundle(folder: Path = FOLDER) -> str:
    """Return one module, whose default export holds every module's exports and every style sheet's text by its file's name.

    Read once a process: what the address names never changes while the server runs.

    Raises
    ------
    ValueError
        If a module imports or exports in another way than ``import { a, b as c } from "./file.js";`` and ``export`` before
        a named function, class or constant, or if imports lead in a circle.

    Examples
    --------
    >>> 'live["main.js"] = (() => {' in bundle()
    True
    """
    sources = {name: (folder / name).read_text("utf-8") for name in modules(folder)}
    parts = ["const live = Object.create(null);\n"]
    parts += [_linked(name, sources[name]) for name in _in_order(sources)]
    parts += [f"live[{json.dumps(path.name)}] = {json.dumps(path.read_text('utf-8'))};\n" for path in sorted(folder.glob("*.css"))]
    return "".join([*parts, "export default live;\n"])


def content_hash(folder: Path = FOLDER) -> str:
    """Return a short hash of the bundle: of the names and contents of all its files.

    Examples
    --------
    >>> len(content_hash())
    12
    """
    return hashlib.sha256(bundle(folder).encode()).hexdigest()[:12]


def address(base_path: str = "", folder: Path = FOLDER) -> str:
    """Return the path under which the bundle is served.

    Parameters
    ----------
    base_path : str
        The server's base URL path, with or without slashes.
    folder : Path
        Where the modules are.

    Examples
    --------
    >>> address("lab") == f"/lab/app/live/{content_hash()}.js"
    True
    """
    return below(base_path, f"app/live/{content_hash(folder)}.js")


def _in_order(sources: dict[str, str]) -> list[str]:
    """Order the modules so that each comes after those it imports."""
    imports = {name: {file for _, file in IMPORT.findall(source)} for name, source in sources.items()}
    order: list[str] = []
    while rest := [name for name in sources if name not in order]:
        free = [name for name in rest if imports[name] <= {*order}]
        if not free:
            raise ValueError(
                "bundle.import: must be of modules of the folder and never in a circle; got one of either kind among "
                f"{', '.join(rest)}. Mend the imports of one of these."
            )
        order += free
    return order


def _linked(name: str, source: str) -> str:
    names = [("default" if default else word, word) for default, _, word in EXPORT.findall(source)]
    source = IMPORT.sub(lambda found: f"const {{{found[1].replace(' as ', ': ')}}} = live[{json.dumps(found[2])}];", source)
    source = EXPORT.sub(r"\2 \3", source).replace(MARKER, "\n")
    if left := LEFT.search(source):
        raise ValueError(
            f"bundle.{name}: must import and export named things only; got {left[0]!r}. "
            'Write import { a } from "./file.js"; or export before a named function, class or const.'
        )
    exports = ", ".join(f"{public}: {word}" if public != word else word for public, word in names)
    return f"live[{json.dumps(name)}] = (() => {{\n{source}return {{ {exports} }};\n}})();\n"
