/** What a server says, for tests. */

/** @param {Record<string, unknown>} header */
export function bytes(header) {
  const text = new TextEncoder().encode(JSON.stringify({ ...header, arrays: {} }));
  const all = new Uint8Array(8 + text.length);
  all.set([66, 78, 76, 49]);
  new DataView(all.buffer).setUint32(4, text.length, true);
  all.set(text, 8);
  return all;
}

/** After all that was ready to happen. */
export const soon = () => new Promise((resolve) => setImmediate(resolve));
