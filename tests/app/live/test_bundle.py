from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from app.live.bundle import FOLDER, address, bundle, content_hash, modules

RULE = 'Write import { a } from "./file.js"; or export before a named function, class or const.'
CALLS = """
import { readFileSync } from "node:fs";
const { default: live } = await import(`data:text/javascript,${encodeURIComponent(readFileSync(0, "utf8"))}`);
"""


def run(script: str, source: str) -> str:
    command = ["node", "--input-type=module", "-e", CALLS + script]
    done = subprocess.run(command, input=source, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout


def folder(path: Path, **files: str) -> Path:
    path.mkdir()
    for name, text in files.items():
        (path / name.replace("_", ".")).write_text(text)
    return path


def test_modules_are_linked_in_the_order_of_their_imports(tmp_path: Path) -> None:
    source = bundle(
        folder(
            tmp_path / "one",
            a_js='import { b, two as c } from "./b.js";\nimport {\n  Z,\n} from "./z.js";\n\n'
            "export default function a() {\n  return [b, c(), new Z().z];\n}\n",
            b_js='import { Z } from "./z.js";\nexport const b = new Z().z + 1;\nexport function two() {\n  return 2;\n}\n',
            z_js="export class Z {\n  z = 7;\n}\n",
            types_js="/** @typedef {number} N */\n\nexport {};\n",
            p_css='a::before { content: "`${x}`"; }\n',
        )
    )
    said = run("process.stdout.write(JSON.stringify([live['a.js'].default(), live['p.css'], Object.keys(live)]));", source)
    assert json.loads(said) == [[8, 2, 7], 'a::before { content: "`${x}`"; }\n', ["types.js", "z.js", "b.js", "a.js", "p.css"]]


def test_every_module_and_style_sheet_is_in_and_runs() -> None:
    exported = {
        name: re.findall(r"^export (?:\w+ )*?(?:function|class|const) (\w+)", (FOLDER / name).read_text(), re.M)
        for name in modules()
    }
    defaults = {
        name: {"default", *re.findall(r"^export default function (\w+)", (FOLDER / name).read_text(), re.M)} for name in modules()
    }
    script = """
    process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(live).map(
        ([name, has]) => [name, typeof has === "string" ? has : Object.keys(has)]))));"""
    browser = "globalThis.matchMedia = () => ({ matches: false, addEventListener() {} });\n"
    found = json.loads(run(script, browser + bundle()))
    for path in FOLDER.glob("*.css"):
        assert found.pop(path.name) == path.read_text()
    assert found.keys() == exported.keys()
    for name, public in found.items():
        assert {*public} - defaults[name] == {*exported[name]} - defaults[name]


def test_the_lines_of_a_module_stay_as_they_are_written() -> None:
    source = bundle()
    for name in modules():
        linked = re.split("^return {", source.split(f'live["{name}"] = (() => {{\n')[1], flags=re.MULTILINE)[0].splitlines()
        written = (FOLDER / name).read_text().splitlines()
        assert len(linked) == len(written), name
        changed = [one for one, two in zip(written, linked, strict=True) if one != two]
        assert all(re.match(r"import |export |\} from ", line) for line in changed), name


@pytest.mark.parametrize(
    "line",
    [
        'import * as z from "./z.js";',
        'import z from "./z.js";',
        'import { z } from "https://host/z.js";',
        'export { z } from "./z.js";',
        "export let z = 1;",
        "export default () => 1;",
    ],
)
def test_what_cannot_be_linked_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        bundle(folder(tmp_path / "one", a_js=f"{line}\n", z_js="export const z = 1;\n"))
    assert str(error.value) == f"bundle.a.js: must import and export named things only; got {line!r}. {RULE}"


@pytest.mark.parametrize(
    "other", ['import { a } from "./a.js";\nexport const b = a;\n', 'import { c } from "./c.js";\nexport const b = c;\n']
)
def test_a_circle_and_a_missing_module_are_named(tmp_path: Path, other: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        bundle(folder(tmp_path / "one", a_js='import { b } from "./b.js";\nexport const a = b;\n', b_js=other))
    assert str(error.value) == (
        "bundle.import: must be of modules of the folder and never in a circle; got one of either kind among a.js, b.js. "
        "Mend the imports of one of these."
    )


def test_a_change_of_any_file_changes_the_hash(tmp_path: Path) -> None:
    one, two = "export const a = 1;\n", "export const a = 2;\n"
    folders = [
        folder(tmp_path / "0", main_js=one, player_css="a{}"),
        folder(tmp_path / "1", main_js=two, player_css="a{}"),
        folder(tmp_path / "2", main_js=two, player_css="b{}"),
        folder(tmp_path / "3", other_js=two, player_css="b{}"),
    ]
    assert len({content_hash(path) for path in folders}) == 4


@pytest.mark.parametrize(("given", "base"), [("", "/app/"), ("lab", "/lab/app/"), ("/a/b/", "/a/b/app/")])
def test_it_lives_below_the_server_s_base_path(given: str, base: str) -> None:
    assert address(given) == f"{base}live/{content_hash()}.js"
