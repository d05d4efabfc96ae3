import assert from "node:assert/strict";
import { test } from "node:test";

import { Run } from "../../app/static/live/run.js";
import { tickPlaces } from "../../app/static/live/timeline.js";
import { defaultView, readView, settle, writeView } from "../../app/static/live/url.js";

/** Two arms of two layers, the first normalised in both; frames at 0, 0.5, 1 and 4 epochs, the other arm's at 0 and 2. */
function example() {
  const floats = (values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });
  const arm = (label, on, frames) => ({
    label, role: on ? "bn" : "none", frames, hidden: [3, 2], activation: "relu", placement: "before", diverged: null,
    layers: [0, 1].map(() => ({ normalised: on, signals: on ? ["z", "x_hat", "y", "a"] : ["z", "a"] })),
  });
  const arrays = {};
  [[0, 0.5, 1, 4], [0, 2]].forEach((times, i) => {
    const n = times.length;
    arrays[`a${i}/frame_epoch`] = floats(times);
    arrays[`a${i}/frame_eval`] = { data: Int32Array.from(times, (_, f) => f), shape: [n] };
    arrays[`a${i}/eval_epoch`] = floats(times);
    arrays[`a${i}/finite`] = { data: new Uint8Array(n).fill(1), shape: [n] };
    arrays[`a${i}/test_loss`] = floats(new Array(n).fill(1), [n, 1]);
    arrays[`a${i}/histogram`] = { data: Uint16Array.from({ length: n * 2 * 4 * 42 }, (_, j) => Math.floor(j / 42)), shape: [n, 2, 4, 42] };
  });
  arrays["a0/gamma0"] = floats([1, 2, 3, 1, 2, 6, 1, 1, 1, 1, 1, 1], [4, 3]);
  arrays["a0/gamma1"] = floats(new Array(8).fill(1), [4, 2]);
  const header = { run: "abc", epochs: 4, complete: true, arms: [arm("with BN", true, 4), arm("without", false, 2)] };
  return new Run({ header, arrays });
}

test("a place between two frames is a moment between two epochs", () => {
  const run = example();
  assert.deepEqual(run.moment(2), { frame: 2, epoch: 1, moving: false });
  assert.deepEqual(run.moment(2.5), { frame: 2, epoch: 2.5, moving: true });
  assert.deepEqual(run.moment(99), { frame: 3, epoch: 4, moving: false });
});

test("every arm shows its latest frame that is not later", () => {
  const run = example();
  assert.deepEqual(run.arms[1].at(run.moment(2)), { frame: 0, next: 0, share: 0 });
  assert.deepEqual(run.arms[1].at(run.moment(3)), { frame: 1, next: 1, share: 0 });
  assert.deepEqual(run.arms[1].at(run.moment(1.5)), { frame: 0, next: 1, share: 0.375 });
});

test("an epoch goes to the nearest frame", () => {
  const run = example();
  assert.deepEqual([0, 0.2, 0.3, 2, 3, 9].map((epoch) => run.positionOf(epoch)), [0, 0, 1, 2, 3, 3]);
});

test("histograms are found by layer and signal; what an arm has not is null", () => {
  const run = example();
  assert.equal(run.arms[0].histogram(1, 1, "y")[0], (1 * 2 + 1) * 4 + 2);
  assert.equal(run.arms[1].histogram(1, 1, "y"), null);
  assert.deepEqual(run.signals(0), ["z", "x_hat", "y", "a"]);
  assert.equal(run.arms[0].mean("gamma0", 1), 3);
});

test("a view in the address is read, and written the same", () => {
  const run = example();
  const address = "http://host/?learning_rate=0.1&v.at=0.5&v.layer=2&v.signal=x_hat&v.lens=batch&v.log=true&v.loss=train&v.tab=gradients&v.unit=2";
  const { view, at, problems } = readView(new URL(address).search, run);
  assert.deepEqual(problems, []);
  assert.equal(at, 0.5);
  assert.deepEqual(view, { ...defaultView(), layer: 1, signal: "x_hat", lens: "batch", log: true, loss: "train", tab: "gradients", unit: 1 });
  const written = new URL(writeView(address, view, at));
  assert.deepEqual(new Map(written.searchParams), new Map(new URL(address).searchParams));
  assert.equal(writeView(address, defaultView(), null), "http://host/?learning_rate=0.1");
});

test("bad values are named and replaced by their defaults", () => {
  const { view, at, problems } = readView("?v.at=5&v.layer=3&v.signal=q&v.lens=x&v.unit=0&v.log=yes&v.colour=red", example());
  assert.deepEqual(view, defaultView());
  assert.equal(at, null);
  assert.deepEqual(problems, [
    "v.at: must be an epoch, 0..4; got 5. The default is shown.",
    "v.layer: must be a hidden layer, 1..2; got 3. The default is shown.",
    "v.signal: must be one of z, x_hat, y, a; got q. The default is shown.",
    "v.lens: must be one of running, batch; got x. The default is shown.",
    "v.unit: must be all or a neuron, 1..3; got 0. The default is shown.",
    "v.log: must be one of true, false, 1, 0; got yes. The default is shown.",
    "v.colour: no such part of a view. It is left out.",
  ]);
});

test("a choice that the new run has not falls back", () => {
  const view = { ...defaultView(), layer: 7, signal: "a_hat", unit: 2 };
  assert.deepEqual(settle(view, example()), { ...defaultView(), layer: 1, signal: "z", unit: null });
});

test("the track's labels stand where their epochs are, apart from each other", () => {
  const times = Float32Array.from([0, 0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const places = tickPlaces(times, 13);
  assert.deepEqual(places.filter(({ text }) => ["0", "1", "10"].includes(text)), [{ at: 0, text: "0" }, { at: 1, text: "10" }, { at: 4 / 13, text: "1" }]);
  const many = tickPlaces(Float32Array.from({ length: 201 }, (_, i) => i), 200);
  assert.deepEqual(many.map(({ text }) => text), ["0", "50", "100", "150", "200", "20"]);
});
