import assert from "node:assert/strict";
import { test } from "node:test";

import { keepDone } from "../../app/static/live/done.js";

const KEY = "bnlab.lessons.done";

/** An element with one datum, as far as it is needed. */
function element(/** @type {Record<string, string>} */ dataset) {
  const classes = new Set();
  const attributes = new Map();
  return {
    dataset, classes, attributes,
    classList: { toggle: (/** @type {string} */ name, /** @type {boolean} */ on) => (on ? classes.add(name) : classes.delete(name)) },
    setAttribute: (/** @type {string} */ name, /** @type {string} */ value) => attributes.set(name, value),
    removeAttribute: (/** @type {string} */ name) => attributes.delete(name),
  };
}

/** A page with these lessons taken just now and these marks, and a storage that holds this. */
function page(/** @type {string[]} */ stored, /** @type {string[]} */ marked, /** @type {string | null} */ kept) {
  const all = { "[data-store]": stored.map((store) => element({ store })), "[data-done]": marked.map((done) => element({ done })) };
  const items = new Map(kept === null ? [] : [[KEY, kept]]);
  const storage = { getItem: (/** @type {string} */ key) => items.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => items.set(key, value) };
  const root = { querySelectorAll: (/** @type {"[data-store]" | "[data-done]"} */ selector) => all[selector] };
  return { root: /** @type {any} */ (root), storage: /** @type {any} */ (storage), items, marks: all["[data-done]"] };
}

test("a lesson that was taken is kept beside the others, and marked", () => {
  const { root, storage, items, marks } = page(["depth"], ["faster", "depth", "hurts"], '["faster"]');
  keepDone(root, () => storage);
  assert.equal(items.get(KEY), '["faster","depth"]');
  assert.deepEqual(marks.map((mark) => mark.classes.has("is-done")), [true, true, false]);
  assert.deepEqual(marks.map((mark) => mark.attributes.get("aria-description")), ["taken", "taken", undefined]);
});

test("what is not a list of names is nothing", () => {
  for (const kept of ["{", '{"a":1}', "3", "[4]"]) {
    const { root, storage, items, marks } = page(["depth"], ["faster"], kept);
    keepDone(root, () => storage);
    assert.equal(items.get(KEY), '["depth"]');
    assert.equal(marks[0].classes.size, 0);
  }
});

test("a browser that forbids its storage loses the marks alone", () => {
  const { root, marks } = page(["depth"], ["depth", "faster"], null);
  keepDone(root, () => { throw new Error("SecurityError"); });
  assert.deepEqual(marks.map((mark) => mark.classes.has("is-done")), [true, false]);
});
