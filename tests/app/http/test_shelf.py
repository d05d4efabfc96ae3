from __future__ import annotations

import gzip
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.http import compress, shelf
from app.http.shelf import STATIC, Shelf, pack


@pytest.fixture
def static(tmp_path: Path) -> Path:
    for name, text in {"js/a.js": "let a;" * 99, "js/deep/b.js": "b", "css/c.css": "c{}", "media/d.png": "d"}.items():
        path = tmp_path / "streamlit/static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "streamlit/index.html").write_text("<html>")
    return tmp_path / "streamlit"


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_scripts_and_style_sheets_are_packed_and_nothing_else(static: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    count, whole, small = pack(static, packed)
    assert tree(packed) == ["static/css/c.css.gz", "static/js/a.js.gz", "static/js/deep/b.js.gz"]
    assert (count, whole) == (3, 99 * 6 + 1 + 3)
    assert small == sum((packed / name).stat().st_size for name in tree(packed))
    assert gzip.decompress((packed / "static/js/a.js.gz").read_bytes()) == b"let a;" * 99


def test_packing_again_gives_the_same_bytes(static: Path, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        pack(static, tmp_path / folder)
    assert [(tmp_path / folder / "static/js/a.js.gz").read_bytes() for folder in ("one", "two")].count(b"") == 0
    assert len({(tmp_path / folder / "static/js/a.js.gz").read_bytes() for folder in ("one", "two")}) == 1


def test_what_is_packed_is_read_and_not_compressed_again(static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack(static, tmp_path / "packed")
    monkeypatch.setattr(shelf, "compressed", lambda body: pytest.fail("compressed again"))
    assert gzip.decompress(Shelf(static, tmp_path / "packed").get("static/js/a.js").packed) == b"let a;" * 99


def test_a_file_is_compressed_once_however_many_want_it(static: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    compressed = shelf.compressed

    def slowly(body: bytes) -> bytes:
        calls.append(len(body))
        time.sleep(0.05)  # long enough for the others to ask
        return compressed(body)

    monkeypatch.setattr(shelf, "compressed", slowly)
    one = Shelf(static, static / "nowhere")
    with ThreadPoolExecutor(8) as crew:
        found = set(crew.map(one.get, ["static/js/a.js"] * 8))
    assert (len(found), calls) == (1, [99 * 6])


def test_the_command_says_what_it_did(
    static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "packed"
    monkeypatch.setattr(compress, "pack", lambda: pack(static, packed))
    monkeypatch.setattr(compress, "PACKED", packed)
    assert compress.main() == 0
    assert capsys.readouterr().out == f"3 files, 0.0 MB, compressed to 0.0 MB in {packed}\n"


def test_a_folder_that_may_not_be_written_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(compress, "pack", refuse)
    monkeypatch.setattr(compress, "PACKED", Path("/usr/share/bnlab"))
    assert compress.main() == 1
    rule = "/usr/share/bnlab: must be a folder that this user may write; got: Permission denied. Run this as its owner.\n"
    assert capsys.readouterr().err == rule


def test_the_names_of_the_installed_scripts_hold_a_hash() -> None:
    """What is kept for ever must change its name when it changes."""
    names = Shelf(STATIC).names
    assert len(names) > 100
    assert [name for name in names if len(Path(name).stem.rpartition(".")[2]) != 8] == []
