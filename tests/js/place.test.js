import assert from "node:assert/strict";
import { test } from "node:test";

import { Dragging, placeOf } from "../../app/static/live/place.js";

/** An event over a picture of 200 x 100 pixels at (10, 20), from -1 to 1 across and 0 to 4 up. */
function over(clientX, clientY, id = "one") {
  const area = { getBoundingClientRect: () => ({ left: 10, bottom: 120, width: 200, height: 100 }) };
  const dataset = { place: "w1 w2", area: "-1 1 0 4", step: "0.02" };
  const holder = id ? { id, dataset, querySelector: () => area } : null;
  return { clientX, clientY, composedPath: () => [{ closest: () => holder }] };
}

test("a pointer stands at the picture's own numbers, rounded", () => {
  assert.deepEqual(placeOf(over(10, 120)), { area: "one", values: { w1: -1, w2: 0 } });
  assert.deepEqual(placeOf(over(210, 20)), { area: "one", values: { w1: 1, w2: 4 } });
  assert.deepEqual(placeOf(over(113.3, 70)), { area: "one", values: { w1: 0.04, w2: 2 } });
});

test("beside the drawn area, outside any picture and in another picture is nowhere", () => {
  assert.equal(placeOf(over(9, 70)), null);
  assert.equal(placeOf(over(100, 121)), null);
  assert.equal(placeOf(over(100, 70, null)), null);
  assert.equal(placeOf(over(100, 70, "two"), "one"), null);
});

/** A root that hears, a window that hears, and all that is told. */
function dragging(t) {
  const heard = {}, around = {}, told = [];
  const root = { addEventListener: (type, act) => (heard[type] = act) };
  globalThis.window = { addEventListener: (type, act) => (around[type] = act), removeEventListener: (type) => delete around[type] };
  t.after(() => delete globalThis.window);
  return { heard, around, told, it: new Dragging(root, (values, final) => told.push([values, final])) };
}

test("what is dragged is told on the way and once more when it is let go", (t) => {
  const { heard, around, told } = dragging(t);
  heard.pointermove(over(110, 70));
  assert.deepEqual(told, []);
  heard.pointerdown(over(10, 120));
  heard.pointermove(over(110, 70));
  heard.pointermove(over(500, 70));
  heard.pointermove(over(110, 70, "two"));
  around.pointerup();
  heard.pointermove(over(210, 20));
  around.pointerup();
  assert.deepEqual(told, [[{ w1: -1, w2: 0 }, false], [{ w1: 0, w2: 2 }, false], [{}, true]]);
});

test("one that is gone hears no window", (t) => {
  const { around, it } = dragging(t);
  it.destroy();
  assert.deepEqual(around, {});
});
