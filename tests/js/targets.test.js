import assert from "node:assert/strict";
import { test } from "node:test";

import { borders } from "../../app/static/live/contour.js";
import { accuracyContent } from "../../app/static/live/curves.js";
import { Mates } from "../../app/static/live/mates.js";
import { outline } from "../../app/static/live/points.js";
import { Run } from "../../app/static/live/run.js";
import { reach } from "../../app/static/live/strip.js";
import { SurfacePanel } from "../../app/static/live/surface.js";
import { lossName, outputNames, scoreName, scoreText } from "../../app/static/live/targets.js";
import { CLASSES, surfaceTable } from "../../app/static/live/theme.js";

const BINARY = { task: "binary", score: "accuracy", n_classes: 2 };
const CLASS = { task: "classes", score: "accuracy", n_classes: 4 };
const VALUE = { task: "regression", score: "R2", n_classes: 0 };

const colour = (table, level) => [...new Uint8Array(table.buffer).subarray(level * 4, level * 4 + 3)];
const apart = (a, b) => Math.hypot(...a.map((v, i) => v - b[i]));

test("scores, losses and outputs are called what they are", () => {
  assert.deepEqual([BINARY, CLASS, VALUE].map(scoreName), ["accuracy", "accuracy", "R²"]);
  assert.deepEqual([BINARY, CLASS, VALUE].map(lossName), ["cross-entropy", "cross-entropy", "squared error"]);
  assert.deepEqual([BINARY, CLASS, VALUE].map((task) => Object.values(outputNames(task))), [["Dense 1", "sigmoid"], ["Dense 4", "softmax"], ["Dense 1", "linear"]]);
  assert.deepEqual([0.934, -0.25, -1234.5, NaN].map((value) => scoreText(VALUE, value, 1)), ["0.93", "−0.25", "−1235", "–"]);
  assert.equal(scoreText(CLASS, 0.934, 1), "93.4 %");
});

test("six classes have six colours in light and dark, and fade to the same middle", () => {
  for (const dark of [false, true]) {
    const table = surfaceTable(dark, "class");
    const old = surfaceTable(dark);
    assert.deepEqual([colour(table, 31), colour(table, 63)], [colour(old, 0), colour(old, 255)]);
    for (let a = 0; a < 6; a += 1) {
      assert.ok(apart(colour(table, a * 32), colour(old, 127)) < 3);
      for (let b = 0; b < a; b += 1) assert.ok(apart(colour(table, a * 32 + 31), colour(table, b * 32 + 31)) > 45, `${dark} ${a} ${b}`);
    }
    assert.deepEqual(surfaceTable(dark, "value"), old);
  }
  assert.equal(new Set(CLASSES.fill).size, 6);
});

test("every class has a shape of its own", () => {
  const shapes = [0, 1, 2, 3, 4, 5].map((kind) => {
    const told = [];
    const point = (x, y) => told.push([x, y]);
    outline({ arc: () => told.push("arc"), moveTo: point, lineTo: point, closePath() {} }, 0, 0, kind, 1);
    return JSON.stringify(told);
  });
  assert.equal(new Set(shapes).size, 6);
  assert.equal(shapes[0], '["arc"]');
});

test("classes meet at the edges of cells, however sure they are", () => {
  assert.deepEqual(borders(Uint8Array.from([0, 31, 64, 5]), 2), [-0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.5]);
  assert.deepEqual(borders(Uint8Array.from([0, 31, 2, 5]), 2), []);
});

test("between two frames a class is that of the nearer, all else a blend", () => {
  const arm = { numbers: () => Uint8Array.from([0, 64]) };
  const at = (kind, share) => [...SurfacePanel.prototype.values.call({ run: { arms: [arm] }, index: 0, size: 1, kind, blend: [] }, 0, 1, share)];
  assert.deepEqual([at("class", 0), at("class", 0.4), at("class", 0.6)], [[0], [0], [64]]);
  assert.deepEqual([at("probability", 0.25), at("value", 0.75)], [[16], [48]]);
});

/** A run of one arm and one seed, with these scores. */
function scored(header, scores) {
  const floats = (values, shape = [values.length]) => ({ data: Float32Array.from(values), shape });
  const arm = { label: "with BN", short: "with BN", frames: scores.length, layers: [], keeps: true, config: {}, norm: "batch" };
  const times = scores.map((_, i) => i);
  return new Run({
    header: { ...header, arms: [arm], lead: 0, run_index: 0, epochs: scores.length, threshold: 0.9 },
    arrays: {
      "a0/frame_epoch": floats(times), "a0/frame_eval": floats(times), "a0/eval_epoch": floats(times), "a0/finite": floats(times),
      "a0/test_loss": floats(scores, [scores.length, 1]), "a0/test_accuracy": floats(scores, [scores.length, 1]), points_test: floats([0, 0, 0], [1, 3]),
    },
  });
}

test("the axis of R² is no percentage and stops short of a blow-up", () => {
  const style = { stroke: "red", text: "red", dash: [] };
  const domain = (header, scores) => accuracyContent(scored(header, scores), { arms: [style] }).domain;
  assert.deepEqual(domain(VALUE, [0.2, 0.9]), [0, 1]);
  assert.deepEqual(domain(VALUE, [-0.25, 0.9]), [-0.3, 1]);
  assert.deepEqual(domain(VALUE, [-1e9, -Infinity, 0.9]), [-1, 1]);
  assert.deepEqual(domain(CLASS, [0.31, 0.9]), [0.3, 1]);
  const said = [];
  const context = { fillText: (text) => said.push(text), strokeText() {}, setLineDash() {}, beginPath() {}, moveTo() {}, lineTo() {}, stroke() {} };
  const same = Object.assign((value) => value, { domain: [0, 1] });
  accuracyContent(scored(VALUE, [-1e4, -Infinity, 0.9]), { arms: [style] }).over(context, same, { left: 0, right: 9, top: 0, bottom: 9 });
  assert.deepEqual(said, ["↓ down to −10000", "0.90"]);
  const content = accuracyContent(scored(VALUE, [0.2, 0.9]), { arms: [style] });
  assert.equal(content.format, undefined);
  assert.deepEqual(content.values(1), ["0.90"]);
  assert.equal(accuracyContent(scored(CLASS, [0.2, 0.9]), { arms: [style] }).format(0.5), "50 %");
});

test("batch mates speak of a logit, a margin or a prediction", () => {
  const told = (header) => {
    const lists = Object.fromEntries(Object.entries({ logit: 1, mean: 1.5, sd: 0.25, flips: 0.1, toward: null, chance: null, draws: 200, batch: 32, ...header.lists }).map(([name, value]) => [name, [value]]));
    const answer = { header: { place: [0.5, 1], class: null, value: null, quantity: header.quantity, ...lists, ...header.point }, arrays: { "a0/logits": { data: [1, 2] } } };
    const here = { answer, pin: { x: 0, y: 0 }, row: Mates.prototype.row };
    return Mates.prototype.sentence.call(here, scored(BINARY, [0.5]));
  };
  assert.equal(told({ quantity: "logit" }), "A point at 0.5, 1: with BN 73 % class 1 in inference, and over 200 random batches of 32 its logit is 1.50 ± 0.25 and its class flips in 10 %.");
  assert.equal(told({ quantity: "margin", lists: { toward: 2, chance: 0.6 }, point: { class: 2 } }), "A training point of class 2 at 0.5, 1: with BN 60 % class 2 in inference, and over 200 random batches of 32 its margin is 1.50 ± 0.25 and its class flips in 10 %.");
  assert.equal(told({ quantity: "prediction", lists: { flips: null }, point: { value: 51.25 } }), "A training point of value 51.3 at 0.5, 1: with BN 1.00 in inference, and over 200 random batches of 32 its prediction is 1.50 ± 0.25.");
});

test("the axis of predictions does not reach for 0", () => {
  const row = (toward, logit) => ({ toward, logit, values: [logit, logit + 1] });
  assert.ok(reach([row(null, 50)])[0] > 45);
  assert.ok(reach([row(1, 50)])[0] < 0);
  assert.ok(reach([{ toward: null, logit: NaN, values: [] }]).every(Number.isFinite));
});
