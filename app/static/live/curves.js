/** Loss and score over epochs: every seed thin, or a band where there are many; the seed of the pictures stronger, the median bold. */

import { indexAt } from "./quantiles.js";
import { fixed, percent, short } from "./scales.js";
import { along, band, dot, line, nearest, trace } from "./strokes.js";
import { scoreText } from "./targets.js";

/** @import {ArmData, Run} from "./run.js" */
/** @import {Palette} from "./types.js" */
/** @import {Content} from "./timeplot.js" */
/** @import {Scale} from "./scales.js" */

/** From so many seeds on a band says more than its lines. */
export const MANY_SEEDS = 16;

/**
 * The plot of the score: accuracy, or R²; where R² falls far below 0, which is no better than the mean, the axis stops short of it.
 *
 * @param {Run} run
 * @param {Palette} palette
 * @param {"test_accuracy" | "train_accuracy"} name
 * @returns {Content}
 */
export function accuracyContent(run, palette, name = "test_accuracy") {
  const share = run.header.score !== "R2";
  let low = share ? 0.5 : 0;
  for (const arm of run.arms) for (const value of arm.numbers(name)) if (value < low && Number.isFinite(value)) low = value;
  const bottom = Math.max(share ? 0 : -1, Math.floor(low * 10) / 10);
  const { threshold } = run.header;
  const decimals = seedDecimals(run);
  return content(run, palette, name, {
    kind: "linear",
    domain: [bottom, 1],
    ...(share ? { format: (/** @type {number} */ value) => percent(value) } : {}),
    value: (value) => scoreText(run.header, value, decimals),
    axes: (context, _x, y, area) => {
      if (!(threshold > 0)) return;
      context.strokeStyle = palette.muted;
      context.setLineDash([1, 3]);
      const at = Math.round(y(threshold)) + 0.5;
      line(context, area.left, at, area.right, at);
      context.setLineDash([]);
    },
    over: (context, y, area) => {
      if (low < bottom) label(context, palette, `↓ down to ${short(low, 2)}`, area.right - 4, area.bottom - 2, "bottom");
      if (threshold > 0) label(context, palette, scoreText(run.header, threshold), area.right - 2, Math.round(y(threshold)) + 3, "top");
    },
  });
}

/**
 * The loss plot; the logarithmic one bottoms out where float32 does, the linear one stops short of a blow-up.
 *
 * @param {Run} run
 * @param {Palette} palette
 * @param {string} which test, train or batch
 * @param {boolean} log
 * @returns {Content}
 */
export function lossContent(run, palette, which, log) {
  const name = `${which}_loss`;
  const values = Float64Array.from(run.arms.flatMap((arm) => Array.from(arm.numbers(name)).filter((v) => Number.isFinite(v)))).sort();
  const least = Math.max(1e-6, values.find((v) => v > 0) ?? 1e-3);
  const most = values.length ? values[values.length - 1] : 1;
  const usual = values.length ? values[Math.floor((values.length - 1) * 0.9)] : 1;
  const top = most > usual * 3 ? usual * 1.25 : most * 1.03;
  return content(run, palette, name, {
    kind: log ? "log" : "linear",
    domain: log ? [least * 0.9, Math.max(least * 10, Math.min(most, 1e6) * 1.1)] : [0, top || 1],
    value: (value) => (value < 10 ? fixed(value, 3) : short(value)),
    axes: () => {},
    over: (context, _y, area) => {
      if (!log && most > top) label(context, palette, `↑ up to ${short(most, 2)}`, area.right - 4, area.top, "top");
    },
  });
}

/**
 * A word on the plot that stays readable over curves.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Palette} palette
 * @param {string} text
 * @param {number} right
 * @param {number} at
 * @param {CanvasTextBaseline} baseline
 */
function label(context, palette, text, right, at, baseline) {
  Object.assign(context, { fillStyle: palette.muted, strokeStyle: palette.background, lineWidth: 4, lineJoin: "round", textAlign: "right", textBaseline: baseline });
  context.strokeText(text, right, at);
  context.lineWidth = 1;
  context.fillText(text, right, at);
}

/**
 * @param {Run} run
 * @param {Palette} palette
 * @param {string} name
 * @param {Pick<Content, "kind" | "domain" | "format" | "axes" | "over"> & {value: (value: number) => string}} how
 * @returns {Content}
 */
function content(run, palette, name, how) {
  const last = (/** @type {ArmData} */ arm) => arm.summary(name).median[arm.evalEpoch.length - 1];
  const values = (/** @type {number} */ epoch) => run.arms.map((arm) => how.value(arm.summary(name).median[indexAt(arm.evalEpoch, epoch)]));
  return {
    ...how,
    epochs: run.header.epochs,
    labels: Math.min(108, Math.max(72, 20 + 6.8 * Math.max(...run.arms.map((arm) => arm.header.short.length)))),
    ends: run.arms.map((arm, i) => ({ text: arm.header.short, colour: palette.arms[i].text, at: last(arm) })),
    marks: (context, x, y) => {
      for (const arm of [...run.arms].reverse()) drawArm(context, x, y, arm, name, palette.arms[arm.index], run.header.run_index);
    },
    now: (context, x, y, epoch) => {
      for (const arm of [...run.arms].reverse()) {
        const { median } = arm.summary(name);
        dot(context, ...along(x, y, arm.evalEpoch, epoch, (e) => Math.max(median[e], how.domain[0])), palette.arms[arm.index].stroke, palette.background, palette.ink);
      }
    },
    values,
    readout: (epoch) => {
      const moment = run.lead.evalEpoch[nearest(run.lead.evalEpoch, epoch)];
      const rows = run.arms.map((arm, i) => {
        const { median, low, high } = arm.summary(name);
        const e = indexAt(arm.evalEpoch, moment);
        const band = arm.runs > 1 ? `  (${how.value(low[e]).replace(" %", "")}–${how.value(high[e]).replace(" %", "")})` : "";
        return { label: arm.header.label, value: `${how.value(median[e])}${band}`, colour: palette.arms[i].text };
      });
      return { epoch: moment, rows };
    },
  };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scale} x
 * @param {Scale} y
 * @param {ArmData} arm
 * @param {string} name
 * @param {import("./types.js").ArmStyle} style
 * @param {number} shown the run whose pictures are drawn
 */
function drawArm(context, x, y, arm, name, style, shown) {
  const times = arm.evalEpoch;
  const { median, low, high } = arm.summary(name);
  const data = arm.numbers(name);
  context.strokeStyle = context.fillStyle = style.stroke;
  if (arm.runs >= MANY_SEEDS) {
    context.globalAlpha = 0.2;
    band(context, x, y, times, low, high);
  } else if (arm.runs > 1) {
    context.globalAlpha = 0.27;
    for (let r = 0; r < arm.runs; r += 1) if (r !== shown) trace(context, x, y, times, data, arm.runs, r);
  }
  if (arm.runs > 1) {
    context.globalAlpha = 0.9;
    context.lineWidth = 1.25 * (style.ink ?? 1);
    trace(context, x, y, times, data, arm.runs, shown);
  }
  context.globalAlpha = 1;
  context.lineWidth = 2.25 * (style.ink ?? 1);
  context.setLineDash(style.dash);
  trace(context, x, y, times, median, 1, 0);
  context.setLineDash([]);
  context.lineWidth = 1;
}

/**
 * Decimals of a median percentage that the seeds and the test points support together.
 *
 * @param {Run} run
 */
export function seedDecimals(run) {
  return run.arrays.points_test.shape[0] * run.arms[0].runs >= 1600 ? 1 : 0;
}
