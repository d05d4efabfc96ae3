/** Reads the bytes that app/live/codec.py wrote. */

/** @import {Decoded, ArrayView, Numbers} from "./types.js" */

const MAGIC = "BNL1";

/** @type {Record<string, {size: number, make: (b: ArrayBuffer, o: number, n: number) => Numbers}>} */
const KINDS = {
  u1: { size: 1, make: (b, o, n) => new Uint8Array(b, o, n) },
  u2: { size: 2, make: (b, o, n) => new Uint16Array(b, o, n) },
  u4: { size: 4, make: (b, o, n) => new Uint32Array(b, o, n) },
  i4: { size: 4, make: (b, o, n) => new Int32Array(b, o, n) },
  f4: { size: 4, make: (b, o, n) => new Float32Array(b, o, n) },
  f8: { size: 8, make: (b, o, n) => new Float64Array(b, o, n) },
};

/**
 * @param {Uint8Array} bytes a view at any offset: the arrays are views into one aligned copy of it
 * @returns {Decoded}
 */
export function decode(bytes) {
  const buffer = /** @type {ArrayBuffer} */ (bytes.slice().buffer);
  const mark = String.fromCharCode(...new Uint8Array(buffer, 0, Math.min(4, buffer.byteLength)));
  if (mark !== MAGIC) throw new Error(`decode: bytes must begin with ${MAGIC}; got ${JSON.stringify(mark)}. Reload the page.`);
  const start = 8 + new DataView(buffer).getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, start - 8)));
  /** @type {Record<string, ArrayView>} */
  const arrays = {};
  for (const [name, { dtype, shape, offset }] of Object.entries(header.arrays)) {
    const kind = KINDS[dtype];
    const length = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    if (!kind) throw new Error(`decode.${name}: dtype must be one of ${Object.keys(KINDS).join(", ")}; got ${dtype}. Reload the page.`);
    if (start + offset + length * kind.size > buffer.byteLength) {
      throw new Error(`decode.${name}: must end within ${buffer.byteLength} bytes; got more. Reload the page.`);
    }
    arrays[name] = { data: kind.make(buffer, start + offset, length), shape };
  }
  delete header.arrays;
  return { header, arrays };
}
