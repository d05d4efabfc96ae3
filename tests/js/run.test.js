import assert from "node:assert/strict";
import { test } from "node:test";

import { accuracyContent } from "../../app/static/live/curves.js";
import { Run } from "../../app/static/live/run.js";
import { tickPlaces } from "../../app/static/live/timeline.js";
import { defaultView, readView, settle, writeView } from "../../app/static/live/url.js";

/** Two arms of two layers, the first normalised in both; frames at 0, 0.5, 1 and 4 epochs, the other arm's at 0 and 2. */
function example(change = {}) {
  const floats = (values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });
  const arm = (label, on, frames) => ({
    label, short: label, role: on ? "bn" : "none", norm: on ? "batch" : "none", keeps: on, config: { inference: "running" }, frames, hidden: [3, 2], activation: "relu", placement: "before", diverged: null,
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
  const header = { run: "abc", epochs: 4, complete: true, lead: 0, diagram: 0, domain: [-1, 1, -2, 2], seeds: [0, 1, 2], run_index: 0, arms: [arm("with BN", true, 4), arm("without", false, 2)], ...change };
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

test("the moments are the frames of the arm that leads", () => {
  const run = example({ lead: 1 });
  assert.equal(run.frames, 2);
  assert.deepEqual(run.moment(1), { frame: 1, epoch: 2, moving: false });
  assert.equal(run.positionOf(1.9), 1);
  assert.deepEqual(run.arms[0].at(run.moment(1)), { frame: 2, next: 2, share: 0 });
});

test("of several normalised arms the chosen one is shown, where it is normalised", () => {
  const run = example();
  assert.equal(run.normalisedArm(0, 1)?.index, 0);
  run.arrays["a1/gamma0"] = run.arrays["a0/gamma0"];
  run.arms[1].header.hidden = [5, 2];
  assert.deepEqual([null, 0, 1, 7].map((chosen) => run.normalisedArm(0, chosen)?.index), [0, 0, 1, 0]);
  assert.deepEqual([run.normalisedArms(0).length, run.normalisedArms(1).length], [2, 1]);
  assert.equal(run.normalisedArm(1, 1)?.index, 0);
  assert.deepEqual([run.units(0, null), run.units(0, 1)], [3, 5]);
  assert.equal(readView("?v.arm=2&v.unit=5", run).view.unit, 4);
  assert.deepEqual(settle({ ...defaultView(), arm: 2 }, run).arm, null);
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
  const address = "http://host/?learning_rate=0.1&v.at=0.5&v.layer=2&v.signal=x_hat&v.run=3&v.lens=batch&v.batch=7&v.pin=0.25,-1.5&v.mates=1000&v.arm=1&v.kept=true&v.log=true&v.loss=train&v.tab=gradients&v.unit=2";
  const { view, at, problems } = readView(new URL(address).search, run);
  assert.deepEqual(problems, []);
  assert.equal(at, 0.5);
  assert.deepEqual(view, { ...defaultView(), layer: 1, signal: "x_hat", lens: "batch", batch: 6, pin: { x: 0.25, y: -1.5 }, mates: 999, log: true, loss: "train", tab: "gradients", arm: 0, unit: 1, kept: true });
  const written = new URL(writeView(address, view, at, 2));
  assert.deepEqual(new Map(written.searchParams), new Map(new URL(address).searchParams));
  assert.equal(writeView(address, defaultView(), null, 0), "http://host/?learning_rate=0.1");
});

test("a draw is written where it is shown", () => {
  const drawn = { ...defaultView(), batch: 3, mates: 4 };
  const written = (change) => new URL(writeView("http://host/", { ...drawn, ...change }, null, 0)).search;
  assert.equal(written({}), "");
  assert.equal(written({ lens: "exact" }), "?v.lens=exact");
  assert.equal(written({ lens: "batch" }), "?v.lens=batch&v.batch=4");
  assert.equal(written({ pin: { x: 0, y: 0 } }), "?v.pin=0%2C0&v.mates=5");
});

test("a draw in the address is a whole number that the button can reach", () => {
  for (const name of ["batch", "mates"]) {
    for (const text of ["0", "1001", "-1", "1.5", "1e2", " 1", "", "0x1", "one"]) {
      const { view, problems } = readView(`?v.${name}=${encodeURIComponent(text)}`, example());
      assert.deepEqual(view, defaultView());
      assert.deepEqual(problems, [`v.${name}: must be a draw, counted 1..1000; got ${text}. The default is shown.`]);
    }
  }
});

test("bad values are named and replaced by their defaults", () => {
  const { view, at, problems } = readView("?v.at=5&v.run=4&v.layer=3&v.signal=q&v.lens=x&v.pin=0,3&v.arm=3&v.unit=0&v.log=yes&v.colour=red", example());
  assert.deepEqual(view, defaultView());
  assert.equal(at, null);
  assert.deepEqual(problems, [
    "v.at: must be an epoch, 0..4; got 5. The default is shown.",
    "v.run: must be one of the seeds, counted 1..3; got 4. The default is shown.",
    "v.layer: must be a hidden layer, 1..2; got 3. The default is shown.",
    "v.signal: must be one of z, x_hat, y, a; got q. The default is shown.",
    "v.lens: must be one of running, batch, exact; got x. The default is shown.",
    "v.arm: must be an arm, 1..2; got 3. The default is shown.",
    "v.unit: must be all or a neuron, 1..3; got 0. The default is shown.",
    "v.log: must be one of true, false, 1, 0; got yes. The default is shown.",
    "v.pin: must be a place in the picture, such as 0.5,-1; got 0,3. The default is shown.",
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

test("the seed of the pictures is the strongest of the thin curves, over a band too", () => {
  for (const runs of [3, 20]) {
    const run = example({ run_index: 1, threshold: 0.9 });
    const accuracy = Float32Array.from({ length: 4 * runs }, (_, i) => (i % runs) / runs);
    for (const arm of run.arms) {
      run.arrays[`a${arm.index}/test_loss`].shape = [arm.frames, runs];
      run.arrays[`a${arm.index}/test_accuracy`] = { data: accuracy.subarray(0, arm.frames * runs), shape: [arm.frames, runs] };
    }
    run.arrays.points_test = { data: new Float32Array(3), shape: [1, 3] };
    const style = { stroke: "red", text: "red", dash: [] };
    const strokes = [];
    let height = 0;
    const context = /** @type {any} */ ({
      beginPath() {}, lineTo() {}, closePath() {}, fill() {}, setLineDash() {}, moveTo: (_x, y) => { height = y; },
      stroke() { strokes.push({ height, strength: this.globalAlpha * this.lineWidth, bold: this.lineWidth > 2 }); },
      lineWidth: 1,
    });
    const same = Object.assign((value) => value, { domain: [0, 1] });
    accuracyContent(run, { arms: [style, style] }).marks(context, same, same);
    const thin = strokes.filter((stroke) => !stroke.bold).sort((a, b) => b.strength - a.strength);
    assert.ok(Math.abs(thin[0].height - 1 / runs) < 1e-6 && Math.abs(thin[1].height - 1 / runs) < 1e-6); // of both arms
    assert.equal(thin.length, runs === 3 ? 6 : 2);
    assert.ok(thin.slice(2).every((stroke) => stroke.strength < thin[1].strength / 2));
  }
});
