from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from app.live.loader import FOLDER, content_hash, loader


def test_every_module_is_fetched_under_the_hash_of_all() -> None:
    script = loader("main.js")
    names = sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".js", ".css"))
    assert f'VERSION = "{content_hash()}"' in script
    assert all(f'"{name}"' in script for name in names)


def test_a_change_of_any_file_changes_the_hash(tmp_path: Path) -> None:
    (tmp_path / "main.js").write_text("export default 1;")
    (tmp_path / "player.css").write_text("a{}")
    hashes = {content_hash(tmp_path)}
    (tmp_path / "main.js").write_text("export default 2;")
    hashes.add(content_hash(tmp_path))
    (tmp_path / "player.css").write_text("b{}")
    hashes.add(content_hash(tmp_path))
    (tmp_path / "main.js").rename(tmp_path / "other.js")
    hashes.add(content_hash(tmp_path))
    assert len(hashes) == 4


@pytest.mark.parametrize(("given", "base"), [("", "/app/"), ("lab", "/lab/app/"), ("/a/b/", "/a/b/app/")])
def test_it_lives_below_the_server_s_base_path(given: str, base: str) -> None:
    assert f'BASE = "{base}static/live/"' in loader("main.js", given)


def test_an_unknown_module_is_named() -> None:
    modules = ", ".join(sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".js", ".css")))
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        loader("mian.js")
    assert str(error.value) == f"loader.entry: must be a module of app/static/live; got 'mian.js'. Modules: {modules}."


def test_imports_are_of_files_that_exist_and_never_in_a_circle() -> None:
    pattern = re.compile(r'^(?:import|export|\}).*"\./([\w.-]+)"', re.MULTILINE)
    imports = {path.name: set(pattern.findall(path.read_text())) for path in FOLDER.glob("*.js")}
    assert {name for found in imports.values() for name in found} <= imports.keys()
    done: set[str] = set()
    while rest := imports.keys() - done:
        free = {name for name in rest if imports[name] <= done}
        assert free, f"a circle among {sorted(rest)}"
        done |= free


def test_no_module_is_longer_than_250_lines_or_writes_markup() -> None:
    for path in FOLDER.glob("*.js"):
        text = path.read_text()
        assert text.count("\n") <= 250, path.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), path.name


RACE = """
import { readFileSync } from "node:fs";
const entry = "const seen = globalThis.seen ??= []; export default (component) => { seen.push(component.data); };";
globalThis.location = { href: "http://host/" };
globalThis.URL.createObjectURL = () => `data:text/javascript,${encodeURIComponent(entry)}`;
globalThis.fetch = async () => ({ ok: true, text: async () => "" });
const source = readFileSync(0, "utf8");
const { default: call } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
const parentElement = {};
await Promise.all([call({ parentElement, data: "old" }), call({ parentElement, data: "new" })]);
process.stdout.write(globalThis.seen.join());
"""


def test_of_calls_that_waited_for_the_modules_only_the_newest_counts() -> None:
    command = ["node", "--input-type=module", "-e", RACE]
    run = subprocess.run(command, input=loader("main.js"), capture_output=True, text=True, timeout=60)
    assert (run.stderr, run.stdout) == ("", "new")
