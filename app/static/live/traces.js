/** What each unit of a normalised layer, and each layer's gradient, did over the frames: contents for time plots. */

import { indexAt } from "./quantiles.js";
import { nice, short } from "./scales.js";
import { along, dot, nearest, trace } from "./strokes.js";

/** @import {ArmData, Run} from "./run.js" */
/** @import {Palette} from "./types.js" */
/** @import {Content} from "./timeplot.js" */

/**
 * @typedef {object} Series
 * @property {string} name of the array without its layer
 * @property {string} label in the readout
 * @property {string} colour
 * @property {string} text the colour of its words
 * @property {boolean} dots batch statistics are dots, all else lines
 */

/**
 * One value a unit: gamma, beta, or a statistic as a running line among the dots of batches.
 *
 * @param {Run} run
 * @param {Palette} palette
 * @param {ArmData} arm
 * @param {number} layer
 * @param {number | null} unit
 * @param {Series[]} series
 * @param {boolean} spread the values may span decades: use a logarithmic axis if they do
 * @returns {Content}
 */
export function unitContent(run, palette, arm, layer, unit, series, spread) {
  const names = series.map((s) => `${s.name}${layer}`);
  const units = arm.shape(names[0])[1];
  const { kind, domain } = range(names.flatMap((name) => Array.from(arm.numbers(name))), spread);
  const times = arm.frameEpoch;
  const opacity = (/** @type {number} */ u) => (unit === null ? (units > 24 ? 0.45 : 0.65) : u === unit ? 1 : 0.14);
  return {
    epochs: run.header.epochs,
    kind,
    domain,
    ends: [],
    axes: () => {},
    marks: (context, x, y) => {
      series.forEach((s, i) => {
        const data = arm.numbers(names[i]);
        context.strokeStyle = context.fillStyle = s.colour;
        for (let u = 0; u < units; u += 1) {
          context.globalAlpha = opacity(u) * (s.dots && unit === null ? 0.55 : 1);
          context.lineWidth = (u === unit ? 2.25 : 1.1) * palette.ink;
          if (s.dots) dots(context, x, y, times, data, units, u, u === unit ? 2 : 1.2);
          else trace(context, x, y, times, data, units, u);
        }
      });
      context.globalAlpha = 1;
      context.lineWidth = 1;
    },
    now: (context, x, y, epoch) => {
      if (unit === null) return;
      series.forEach((s, i) => {
        const frame = s.dots ? times[indexAt(times, epoch)] : epoch;
        dot(context, ...along(x, y, times, frame, (f) => arm.value(names[i], f, unit)), s.colour, palette.background);
      });
    },
    values: () => [],
    readout: (epoch) => {
      const frame = nearest(times, epoch);
      const rows = series.map((s, i) => ({ label: s.label, value: unitText(arm, names[i], frame, unit), colour: s.text }));
      return { epoch: times[frame], rows };
    },
  };
}

/**
 * One unit's value, or mean and range of all.
 *
 * @param {ArmData} arm
 * @param {string} name
 * @param {number} frame
 * @param {number | null} unit
 */
export function unitText(arm, name, frame, unit) {
  if (unit !== null) return short(arm.value(name, frame, unit));
  const units = arm.shape(name)[1];
  const row = arm.numbers(name).subarray(frame * units, frame * units + units);
  if (!row.every(Number.isFinite)) return "–";
  return `mean ${short(arm.mean(name, frame))} (${short(Math.min(...row), 2)} to ${short(Math.max(...row), 2)})`;
}

/**
 * The gradient norm of one layer's weights in every arm.
 *
 * @param {Run} run
 * @param {Palette} palette
 * @param {number} layer
 * @returns {Content}
 */
export function gradientContent(run, palette, layer) {
  const column = (/** @type {ArmData} */ arm) => Math.min(layer, arm.shape("gradient_norm")[1] - 1);
  const width = (/** @type {ArmData} */ arm) => arm.shape("gradient_norm")[1];
  const norm = (/** @type {ArmData} */ arm, /** @type {number} */ frame) => arm.value("gradient_norm", frame, column(arm));
  return {
    epochs: run.header.epochs,
    kind: "log",
    domain: gradientDomain(run),
    ends: [],
    axes: () => {},
    marks: (context, x, y) => {
      for (const arm of [...run.arms].reverse()) {
        const style = palette.arms[arm.index];
        context.strokeStyle = style.stroke;
        context.lineWidth = 1.75 * palette.ink;
        context.setLineDash(style.dash);
        trace(context, x, y, arm.frameEpoch, arm.numbers("gradient_norm"), width(arm), column(arm));
        context.setLineDash([]);
      }
      context.lineWidth = 1;
    },
    now: (context, x, y, epoch) => {
      for (const arm of [...run.arms].reverse()) {
        dot(context, ...along(x, y, arm.frameEpoch, epoch, (f) => norm(arm, f)), palette.arms[arm.index].stroke, palette.background);
      }
    },
    values: () => [],
    readout: (epoch) => {
      const at = run.lead.frameEpoch[nearest(run.lead.frameEpoch, epoch)];
      const rows = run.arms.map((arm, i) => ({
        label: arm.header.label, value: short(norm(arm, indexAt(arm.frameEpoch, at))), colour: palette.arms[i].text,
      }));
      return { epoch: at, rows };
    },
  };
}

/**
 * The decades of all layers' gradients in all arms: one axis for all.
 *
 * @param {Run} run
 * @returns {[number, number]}
 */
export function gradientDomain(run) {
  let low = Infinity;
  let high = 0;
  for (const arm of run.arms) {
    for (const value of arm.numbers("gradient_norm")) {
      if (value > 0 && value < low) low = value;
      if (Number.isFinite(value) && value > high) high = value;
    }
  }
  if (!(high > 0)) return [1e-3, 1];
  const floor = Math.max(low, high * 1e-12);
  return [floor * 0.8, Math.max(high, floor * 10) * 1.25];
}

/**
 * @param {number[]} values
 * @param {boolean} spread
 * @returns {{kind: "linear" | "log", domain: [number, number]}}
 */
function range(values, spread) {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (!sorted.length) return { kind: "linear", domain: [0, 1] };
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  const middle = sorted[sorted.length >> 1];
  if (spread && high > 30 * middle && high > 0) {
    const floor = Math.max(sorted.find((v) => v > 0) ?? high, high * 1e-8);
    return { kind: "log", domain: [floor * 0.9, high * 1.1] };
  }
  return { kind: "linear", domain: nice(spread ? Math.min(0, low) : low, high, 4) };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./scales.js").Scale} x
 * @param {import("./scales.js").Scale} y
 * @param {import("./types.js").Numbers} times
 * @param {import("./types.js").Numbers} data
 * @param {number} columns
 * @param {number} column
 * @param {number} radius
 */
function dots(context, x, y, times, data, columns, column, radius) {
  context.beginPath();
  for (let f = 0; f < times.length; f += 1) {
    const at = y(data[f * columns + column]);
    if (!Number.isFinite(at)) continue;
    context.moveTo(x(times[f]) + radius, at);
    context.arc(x(times[f]), at, radius, 0, 2 * Math.PI);
  }
  context.fill();
}
