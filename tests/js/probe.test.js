import assert from "node:assert/strict";
import { test } from "node:test";

import { Probe } from "../../app/static/live/probe.js";
import { SeedChoice } from "../../app/static/live/seeds.js";

/** A probe in somebody's hand, without its elements. */
function held(unit) {
  const knob = (value) => ({ touched: false, input: { value } });
  const arm = { index: 1, mean: () => 0.5, value: () => 0.25 };
  return Object.assign(Object.create(Probe.prototype), {
    open: true, frame: 3, at: { arm, layer: 0, unit }, sliders: { gamma: knob("2"), beta: knob("-1") }, update() {}, changed() {},
  });
}

test("only the value that is moved is asked about, of all units as of one", () => {
  for (const unit of [null, 4]) {
    const probe = held(unit);
    assert.equal(probe.tried(), null);
    probe.moved("beta");
    assert.deepEqual(probe.tried(), { arm: 1, layer: 0, unit, gamma: null, beta: -1 });
    probe.moved("gamma");
    assert.deepEqual(probe.tried(), { arm: 1, layer: 0, unit, gamma: 2, beta: -1 });
  }
});

/** A choice among seeds, without its elements. */
function choosing(count, index) {
  const chosen = [];
  const element = { setAttribute() {} };
  const seeds = new Array(count).fill(0);
  const made = Object.assign(Object.create(SeedChoice.prototype), { choose: (run) => chosen.push(run), element, run: { header: { seeds } }, wanted: index });
  return { made, chosen };
}

test("clicks that come before the answer go on; after the last seed comes the first", () => {
  const { made, chosen } = choosing(3, 1);
  [1, 1, 1, -1, -1].forEach((by) => made.step(by));
  assert.deepEqual(chosen, [2, 0, 1, 0, 2]);
});

test("one seed alone has no neighbours", () => {
  const { made, chosen } = choosing(1, 0);
  made.step(1);
  assert.deepEqual(chosen, []);
});
