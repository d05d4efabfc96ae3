import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, nextStop, stops } from "../../app/static/live/stage.js";

/** An arm whose median score is this at epochs 0, 1, 2, ... */
const arm = (...median) => ({ summary: () => ({ median: Float64Array.from(median) }), evalEpoch: Float32Array.from(median, (_, i) => i) });
const run = (...arms) => ({ arms, header: { threshold: 0.95 }, last: 10, positionOf: (epoch) => 2 * epoch });

test("an address asks for a presentation, or not", () => {
  for (const search of ["?present=true", "?seed=3&present=1", "?present=%20TRUE"]) assert.equal(asked(search), true);
  for (const search of ["", "?present=", "?present=yes", "?present=<b>", "?v.present=true"]) assert.equal(asked(search), false);
});

test("the stops are the start, where each arm first reaches the threshold, and the end", () => {
  assert.deepEqual(stops(run(arm(0.5, 0.96, 0.9, 0.97), arm(0.5, 0.6, 0.7, 0.95))), [0, 2, 6, 10]);
  assert.deepEqual(stops(run(arm(0.5, 0.96), arm(0.4, 0.99))), [0, 2, 10]);
  assert.deepEqual(stops(run(arm(0.5, NaN, 0.6))), [0, 10]);
});

test("a clicker goes to the next stop, and stays at the ends", () => {
  const places = [0, 2, 6, 10];
  assert.deepEqual([0, 1, 2, 5.5, 10].map((at) => nextStop(places, at, 1)), [2, 2, 6, 6, 10]);
  assert.deepEqual([0, 1, 2, 5.5, 10].map((at) => nextStop(places, at, -1)), [0, 0, 0, 2, 6]);
});
