from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from app.live.bundle import FOLDER, address
from app.live.loader import loader


def test_the_bundle_is_imported_by_its_address() -> None:
    assert f'ADDRESS = "{address("lab")}"' in loader("main.js", "lab")


def test_a_component_has_its_own_style_sheet() -> None:
    assert loader("main.js").rstrip().splitlines()[-2].endswith('live["main.js"].default(component, live["player.css"]);')
    assert 'live["sheet.css"]' in loader("sheet.js", css="sheet.css")


def test_an_unknown_module_is_named() -> None:
    modules = ", ".join(sorted(path.name for path in FOLDER.glob("*.js")))
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        loader("mian.js")
    assert str(error.value) == f"loader.entry: must be a module of app/static/live; got 'mian.js'. Modules: {modules}."


def test_no_module_is_longer_than_250_lines_and_one_alone_writes_markup() -> None:
    writers = set()
    for path in FOLDER.glob("*.js"):
        text = path.read_text()
        assert text.count("\n") <= 250, path.name
        if re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text):
            writers.add(path.name)
    assert writers == {"morph.js"}  # a sheet's HTML is made in Python


BUNDLE = """
const seen = (globalThis.seen ??= []);
seen.push(`loaded${new URL(import.meta.url).search}`);
export default { "main.js": { default: (component, css) => seen.push(component.data + css) }, "player.css": " with css" };
"""

HEAD = """
import { renameSync } from "node:fs";
globalThis.location = { href: new URL(".", import.meta.url).href };
const { default: call } = await import("./player.mjs");
const { default: other } = await import("./sheet.mjs");
const parentElement = {}, elsewhere = {};
"""

RACE = """
const old = call({ parentElement, data: "old" });
await Promise.all([old, call({ parentElement, data: "new" }), other({ parentElement: elsewhere, data: "two" })]);
process.stdout.write(globalThis.seen.join());
"""

AGAIN = """
const first = await call({ parentElement, data: "first" }).catch(() => "failed");
renameSync(new URL("later.js", import.meta.url), new URL("live.js", import.meta.url));
await call({ parentElement, data: "second" });
process.stdout.write([first, ...globalThis.seen].join());
"""


def play(folder: Path, script: str, bundle: str) -> str:
    """Run two components' loaders in Node.js, as files whose bundle stands beside them."""
    address_line = re.compile(r'^const ADDRESS = ".*";$', re.MULTILINE)
    for name in ("player", "sheet"):
        source = address_line.sub('const ADDRESS = "./live.js";', loader("main.js"))
        (folder / f"{name}.mjs").write_text(source)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / bundle).write_text(BUNDLE)
    (folder / "script.mjs").write_text(HEAD + script)
    run = subprocess.run(["node", folder / "script.mjs"], capture_output=True, text=True, timeout=60)
    assert run.stderr == ""
    return run.stdout


def test_of_calls_that_waited_for_the_modules_only_the_newest_counts_and_all_components_share_them(tmp_path: Path) -> None:
    assert play(tmp_path, RACE, "live.js") == "loaded,new with css,two with css"


def test_modules_that_failed_to_load_are_asked_for_again(tmp_path: Path) -> None:
    assert play(tmp_path, AGAIN, "later.js") == "failed,loaded?1,second with css"
