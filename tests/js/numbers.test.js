import assert from "node:assert/strict";
import { test } from "node:test";

import { crop, fixedHalf, fixedTop, median, place } from "../../app/static/live/bars.js";
import { contour } from "../../app/static/live/contour.js";
import { indexAt, quantile, summarise } from "../../app/static/live/quantiles.js";
import { epochText, fixed, linearTicks, logTicks, nice, percent, scale, short, tickFormat } from "../../app/static/live/scales.js";
import { spread } from "../../app/static/live/text.js";

test("quantiles are linear between neighbours", () => {
  const sorted = Float64Array.from([0, 1, 2, 10]);
  assert.deepEqual([0, 0.5, 1].map((q) => quantile(sorted, q)), [0, 1.5, 10]);
});

test("a diverged seed counts as the worst, in loss and in accuracy", () => {
  const data = Float32Array.from([1, 2, NaN, 1, NaN, NaN]);
  assert.deepEqual([...summarise(data, 3, true).median], [2, NaN]);
  assert.deepEqual([...summarise(data, 3, false).median], [1, NaN]);
  assert.deepEqual([...summarise(data, 3, false).low], [NaN, NaN]);
});

test("finds the last time that is not later", () => {
  const times = Float32Array.from([0, 0.1, 1, 2]);
  assert.deepEqual([-1, 0, 0.1, 0.99, 1, 5].map((t) => indexAt(times, t)), [0, 0, 1, 1, 2, 3]);
});

test("ticks are round and few", () => {
  assert.deepEqual(linearTicks([0, 60], 6), [0, 10, 20, 30, 40, 50, 60]);
  assert.deepEqual(linearTicks([0.2, 1], 3), [0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(linearTicks([3, 3], 3), [3]);
  assert.deepEqual(logTicks([1e-3, 10], 4), [0.001, 0.01, 0.1, 1, 10]);
  assert.deepEqual(logTicks([0.3, 3], 4), [0.5, 1, 2]);
  assert.deepEqual(nice(0.13, 0.91), [0, 1]);
});

test("a scale and its inverse agree", () => {
  for (const kind of ["linear", "log"]) {
    const map = scale(kind, [0.01, 100], [300, 20]);
    for (const value of [0.01, 0.5, 100]) assert.ok(Math.abs(map.invert(map(value)) / value - 1) < 1e-12);
    assert.deepEqual([map(0.01), map(100)].map(Math.round), [300, 20]);
  }
});

test("numbers read well", () => {
  assert.deepEqual([0.12345, 12.345, 123456, -0.5, 1e-7, 0, NaN, -Infinity].map((v) => short(v)), ["0.123", "12.3", "1.2e5", "−0.5", "1e−7", "0", "–", "−∞"]);
  assert.deepEqual([fixed(-0.001, 2), fixed(1, 2), percent(0.955), percent(0.955, 1), percent(NaN)], ["0.00", "1.00", "96 %", "95.5 %", "–"]);
  assert.deepEqual([0.945, 0.965, 0.985, 0.005].map((share) => percent(Math.fround(share))), ["95 %", "97 %", "99 %", "1 %"]); // half a point up
  assert.deepEqual([0, 1, 0.0769, 0.01, 2.96, 46.16].map(epochText), ["0", "1", "0.1", "0.1", "2.9", "46.2"]);
  const map = scale("linear", [0.95, 1.1], [0, 100], 4);
  assert.deepEqual(map.ticks.map(tickFormat(map)), ["0.95", "1.00", "1.05", "1.10"]);
  const large = scale("linear", [6e8, 1.25e9], [0, 100], 4);
  const words = large.ticks.map(tickFormat(large));
  assert.equal(new Set(words).size, large.ticks.length, words.join());
});

test("the boundary of a slope is a straight line", () => {
  const values = Float32Array.from({ length: 16 }, (_, i) => (i % 4) * 10);
  const segments = contour(values, 4, 15);
  assert.equal(segments.length, 3 * 4);
  for (let i = 0; i < segments.length; i += 2) assert.equal(segments[i], 1.5);
  assert.deepEqual(contour(new Float32Array(16), 4, 15), []);
});

test("a saddle keeps its two lines apart", () => {
  const segments = contour(Float32Array.from([1, 0, 0, 1]), 2, 0.4);
  assert.equal(segments.length, 8);
  assert.deepEqual(segments.slice(0, 2), [0.6, 0]);
  assert.deepEqual(segments.slice(2, 4), [1, 0.4]);
});

test("histograms keep every count when they are cropped", () => {
  const counts = Uint32Array.from({ length: 42 }, (_, i) => (i === 0 ? 5 : i === 20 ? 900 : i === 41 ? 1 : 0));
  assert.deepEqual([...crop(counts, 7)].filter(Boolean), [5, 900, 1]);
  assert.equal(fixedHalf([counts]), 20);
  const right = Uint32Array.from({ length: 42 }, (_, i) => Number(i === 21));
  assert.equal(crop(right, 7).indexOf(1), 8);
  counts[0] = 0;
  assert.equal(fixedHalf([counts]), 7);
});

test("one towering bin does not flatten the others", () => {
  const flat = Float32Array.from([0, 10, 10, 10, 10, 0]);
  const tower = Float32Array.from([0, 2, 90, 4, 4, 0]);
  assert.equal(fixedTop([flat]), 0.25 * 1.06);
  assert.ok(Math.abs(fixedTop([tower]) - 0.04 * 1.3) < 1e-12);
});

test("the median bin of a histogram", () => {
  const edges = Array.from({ length: 41 }, (_, i) => i - 20);
  const counts = new Uint32Array(42);
  counts[21] = 3;
  assert.equal(median(counts, edges), 0.5);
  counts[41] = 9;
  assert.equal(median(counts, edges), 20);
  assert.ok(Number.isNaN(median(new Uint32Array(42), edges)));
  assert.equal(place(edges, 0.5), 20.5);
});

test("labels move apart, no further than they must, and stay inside", () => {
  assert.deepEqual(spread([50, 52], 30, 0, 100), [50, 80]);
  assert.deepEqual(spread([95, 90], 30, 0, 100), [100, 70]);
  assert.deepEqual(spread([10, 90], 30, 0, 100), [10, 90]);
});
