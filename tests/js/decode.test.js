import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { decode } from "../../app/static/live/decode.js";

const bytes = new Uint8Array(readFileSync(new URL("codec.bin", import.meta.url)));

test("reads the header and every kind of array", () => {
  const { header, arrays } = decode(bytes);
  assert.deepEqual(header, { kind: "example", text: "γ, β: 95 % → “fertig”", list: [1, null, { a: true }] });
  const values = Object.fromEntries(Object.entries(arrays).map(([name, { data, shape }]) => [name, [data.constructor.name, shape, [...data]]]));
  assert.deepEqual(values, {
    u1: ["Uint8Array", [7], [0, 1, 2, 3, 4, 5, 6]],
    u2: ["Uint16Array", [2, 2], [1, 2, 3, 65535]],
    u4: ["Uint32Array", [1], [4294967295]],
    i4: ["Int32Array", [2], [-5, 5]],
    f4: ["Float32Array", [3], [0.5, NaN, -Infinity]],
    f8: ["Float64Array", [1], [Math.PI]],
    flags: ["Uint8Array", [2], [1, 0]],
    empty: ["Float32Array", [0, 3], []],
  });
});

test("reads a view that begins anywhere", () => {
  for (const shift of [1, 2, 3, 5]) {
    const moved = new Uint8Array(bytes.length + shift);
    moved.set(bytes, shift);
    assert.equal(decode(moved.subarray(shift)).arrays.f8.data[0], Math.PI);
  }
});

test("refuses other bytes", () => {
  const message = 'decode: bytes must begin with BNL1; got "PK\\u0003\\u0004". Reload the page.';
  assert.throws(() => decode(new Uint8Array([80, 75, 3, 4, 0, 0, 0, 0])), { message });
});

test("refuses bytes that were cut off", () => {
  assert.throws(() => decode(bytes.subarray(0, bytes.length - 8)), /decode\.flags: must end within \d+ bytes; got more\. Reload the page\./);
});
