from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.live.codec import MAGIC, pack, unpack
from tests.js.make_bytes import BYTES, example

ARRAYS = st.dictionaries(
    st.text(min_size=1, max_size=12),
    hnp.arrays(st.sampled_from(["u1", "<u2", "<u4", "<i4", "<f4", "<f8"]), hnp.array_shapes(min_dims=1, max_dims=3, min_side=0)),
    max_size=4,
)
JSON = st.dictionaries(
    st.text(max_size=8).filter(lambda key: key != "arrays"),
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    max_size=4,
)


@given(header=JSON, arrays=ARRAYS)
def test_what_was_packed_comes_back(header: dict[str, object], arrays: dict[str, np.ndarray]) -> None:
    said, values = unpack(pack(header, arrays))
    assert said == header
    assert values.keys() == arrays.keys()
    for name, array in arrays.items():
        assert values[name].dtype == array.dtype
        np.testing.assert_array_equal(values[name], array)


@given(header=JSON, arrays=ARRAYS)
def test_everything_begins_at_a_multiple_of_eight(header: dict[str, object], arrays: dict[str, np.ndarray]) -> None:
    data = pack(header, arrays)
    length = int.from_bytes(data[4:8], "little")
    assert data[:4] == MAGIC
    assert (8 + length) % 8 == 0
    assert len(data) % 8 == 0
    assert all(array["offset"] % 8 == 0 for array in json.loads(data[8 : 8 + length])["arrays"].values())


def test_order_in_memory_does_not_matter() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    views = {"turned": array.T, "strided": array[:, ::2], "big end": array.astype(">f4")}
    _, values = unpack(pack({}, views))
    for name, view in views.items():
        np.testing.assert_array_equal(values[name], view)


def test_the_bytes_that_the_reader_in_javascript_is_tested_with_are_today_s() -> None:
    assert BYTES.read_bytes() == example()


@pytest.mark.parametrize(
    ("header", "arrays", "message"),
    [
        ({}, {"a": np.zeros(1, np.int64)}, "pack.a: dtype must be one of u1, u2, u4, i4, f4, f8; got int64. Convert it first."),
        ({"arrays": {}}, {}, "pack.header: must not hold the key arrays; got it. Give the arrays as the second argument."),
    ],
)
def test_what_cannot_travel_is_named(header: dict[str, object], arrays: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        pack(header, arrays)
    assert str(error.value) == message


def test_a_number_that_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        pack({"loss": float("nan")}, {})


def test_other_bytes_are_refused() -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the whole message is compared
        unpack(b"PK\x03\x04rest")
    assert str(error.value) == "unpack: bytes must begin with b'BNL1'; got b'PK\\x03\\x04'. Use bytes that pack made."
