import assert from "node:assert/strict";
import { test } from "node:test";

import { accuracyContent, lossContent } from "../../app/static/live/curves.js";
import { Run } from "../../app/static/live/run.js";
import { gradientContent, unitContent } from "../../app/static/live/traces.js";

/** Two arms of one hidden layer and three seeds: the first at epochs 0, 1, 2 and 4, the other at 0 and 3. */
function example() {
  const header = { run: "abc", epochs: 4, complete: true, lead: 0, threshold: 0.95, seeds: [0, 1, 2], run_index: 0 };
  const arrays = { points_test: { data: new Float32Array(300), shape: [100, 3] } };
  const arms = [["with BN", [0, 1, 2, 4]], ["without", [0, 3]]].map(([label, times], i) => {
    const n = times.length;
    const of = (name, values, shape) => { arrays[`a${i}/${name}`] = { data: Float32Array.from(values), shape }; };
    for (const name of ["frame_epoch", "eval_epoch", "finite"]) of(name, times, [n]);
    of("frame_eval", times.map((_, frame) => frame), [n]);
    of("test_accuracy", times.flatMap((t) => [0.5 + t / 10 - i / 10, 0.6 + t / 10 - i / 10, 0.4 + t / 10 - i / 10]), [n, 3]);
    of("test_loss", times.flatMap((t) => [1 / (t + 1), 2 / (t + 1), 20 / (t + 1)]), [n, 3]);
    of("gradient_norm", times.flatMap((t) => [t + 1, 2 * t + 1]), [n, 2]);
    return { label, short: label, frames: n, hidden: [2], layers: [{ normalised: i === 0, signals: ["z", "a"] }] };
  });
  arrays["a0/running_mean0"] = { data: Float32Array.from([0, 2, 1, 3, 2, 4, 3, 5]), shape: [4, 2] };
  return new Run({ header: { ...header, arms }, arrays });
}

const palette = { arms: [{ stroke: "green", text: "darkgreen", dash: [] }, { stroke: "purple", text: "indigo", dash: [6, 3] }] };

test("the readout of a curve stands at the nearest evaluation of the leading arm and gives every arm median and band", () => {
  const { readout } = accuracyContent(example(), palette);
  assert.deepEqual(readout(1.4), {
    epoch: 1,
    rows: [
      { label: "with BN", value: "60 %  (52–68)", colour: "darkgreen" },
      { label: "without", value: "40 %  (32–48)", colour: "indigo" }, // its latest, of epoch 0
    ],
  });
  assert.deepEqual([0, 0.4, 0.6, 2.9, 3.1, 4].map((epoch) => readout(epoch).epoch), [0, 0, 1, 2, 4, 4]);
  assert.equal(readout(3.5).rows[1].value, "70 %  (62–78)");
});

test("the readout of the loss has three decimals below ten and three digits above", () => {
  const rows = lossContent(example(), palette, "test", false).readout(0).rows;
  assert.equal(rows[0].value, "2.000  (1.200–16.4)");
});

test("one seed has no band", () => {
  const run = example();
  for (const arm of run.arms) run.arrays[`a${arm.index}/test_accuracy`] = { data: Float32Array.from(arm.evalEpoch, () => 0.5), shape: [arm.frames, 1] };
  for (const arm of run.arms) run.arrays[`a${arm.index}/test_loss`].shape = [arm.frames, 1];
  assert.equal(accuracyContent(run, palette).readout(1).rows[0].value, "50 %");
});

test("the readout of units gives one unit's value, or mean and range of all", () => {
  const run = example();
  const of = (unit) => unitContent(run, palette, run.arms[0], 0, unit, [{ name: "running_mean", label: "running —", colour: "green", text: "darkgreen", dots: false }], false);
  assert.deepEqual(of(null).readout(1.2), { epoch: 1, rows: [{ label: "running —", value: "mean 2 (1 to 3)", colour: "darkgreen" }] });
  assert.equal(of(1).readout(1.2).rows[0].value, "3");
});

test("the readout of gradients gives the layer's norm in every arm, the output layer's where an arm is not as deep", () => {
  const content = gradientContent(example(), palette, 0);
  assert.deepEqual(content.readout(3.9).rows.map(({ label, value }) => [label, value]), [["with BN", "5"], ["without", "4"]]);
  assert.deepEqual(gradientContent(example(), palette, 7).readout(3.9).rows.map(({ value }) => value), ["9", "7"]);
});
