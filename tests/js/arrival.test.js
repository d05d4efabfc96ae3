import assert from "node:assert/strict";
import { test } from "node:test";

import { arrival } from "../../app/static/live/arrival.js";

/**
 * A run of eight epochs with a frame at each, trained so far.
 *
 * @param {number} trained
 */
const run = (trained) => /** @type {any} */ ({ header: { complete: trained === 8, trained }, last: trained, positionOf: (/** @type {number} */ epoch) => Math.min(trained, Math.floor(epoch)), moment: (/** @type {number} */ position) => ({ epoch: position }) });
const clock = (position = 0, playing = false, wishes = 3) => ({ position, playing, wishes });
const at = (/** @type {number} */ epoch, wishes = 3) => ({ epoch, wishes });

test("a first run is shown at its end, and so is what it grows to", () => {
  assert.deepEqual(arrival(run(2), null, clock(), null), { position: 2, target: null });
  assert.deepEqual(arrival(run(5), run(2), clock(2), null), { position: 5, target: null });
  assert.deepEqual(arrival(run(8), run(5), clock(5), null), { position: 8, target: null });
});

test("an epoch that is wished for is kept until the run is whole, also where what is trained ends right there", () => {
  for (const trained of [2, 4, 6]) assert.deepEqual(arrival(run(trained), null, clock(), at(4)), { position: Math.min(trained, 4), target: at(4) });
  assert.deepEqual(arrival(run(6), run(4), clock(4), at(4)), { position: 4, target: at(4) });
  assert.deepEqual(arrival(run(8), run(4), clock(4), at(4)), { position: 4, target: null });
});

test("another run is shown at the epoch that was looked at, from its first picture to its last", () => {
  for (const trained of [2, 4, 6]) assert.deepEqual(arrival(run(trained), run(8), clock(4), null), { position: Math.min(trained, 4), target: at(4) });
  assert.deepEqual(arrival(run(8), run(8), clock(4), null), { position: 4, target: null });
  assert.deepEqual(arrival(run(8), run(8), clock(8), null), { position: 8, target: null });
});

test("a wish that came later counts", () => {
  assert.deepEqual(arrival(run(6), run(5), clock(1, false, 4), at(4)), { position: 1, target: at(1, 4) });
  assert.deepEqual(arrival(run(6), run(5), clock(5, false, 4), at(4)), { position: 6, target: null });
});

test("what plays plays on from where it is, between frames too", () => {
  assert.deepEqual(arrival(run(6), run(5), clock(2.25, true), null), { position: 2.25, target: null });
  assert.deepEqual(arrival(run(2), run(8), clock(4.5, true), null), { position: 2, target: null });
});
