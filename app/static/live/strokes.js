/** Strokes that several plots share: straight lines, broken lines over time, bands, dots. */

import { indexAt } from "./quantiles.js";

/** @import {Numbers} from "./types.js" */
/** @import {Scale} from "./scales.js" */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
export function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/**
 * A line through one column of an array (E, columns), broken where there is no number.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Scale} x
 * @param {Scale} y
 * @param {Numbers} times
 * @param {Numbers} data
 * @param {number} columns
 * @param {number} column
 */
export function trace(context, x, y, times, data, columns, column) {
  context.beginPath();
  let pen = false;
  for (let e = 0; e < times.length; e += 1) {
    const value = data[e * columns + column];
    const at = y(value);
    if (Number.isFinite(at)) {
      const clipped = Math.max(-5000, Math.min(5000, at));
      if (pen) context.lineTo(x(times[e]), clipped);
      else context.moveTo(x(times[e]), clipped);
    } else if (value === 0 && pen) context.lineTo(x(times[e]), 5000);
    pen = Number.isFinite(at) || (value === 0 && pen);
  }
  context.stroke();
}

/**
 * The area between two lines.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Scale} x
 * @param {Scale} y
 * @param {Numbers} times
 * @param {Float64Array} low
 * @param {Float64Array} high
 */
export function band(context, x, y, times, low, high) {
  const edge = (/** @type {number} */ value, /** @type {number} */ other) => {
    const at = y(Number.isNaN(value) ? other : value);
    return Number.isFinite(at) ? Math.max(-5000, Math.min(5000, at)) : 5000;
  };
  const { domain } = y;
  context.beginPath();
  let drawn = false;
  for (let e = 0; e < times.length; e += 1) {
    if (Number.isNaN(low[e]) && Number.isNaN(high[e])) continue;
    if (drawn) context.lineTo(x(times[e]), edge(high[e], domain[1]));
    else context.moveTo(x(times[e]), edge(high[e], domain[1]));
    drawn = true;
  }
  for (let e = times.length - 1; e >= 0; e -= 1) {
    if (!(Number.isNaN(low[e]) && Number.isNaN(high[e]))) context.lineTo(x(times[e]), edge(low[e], domain[0]));
  }
  context.fill();
}

/**
 * The point of a drawn line at a moment: on the line also between two of its corners.
 *
 * @param {Scale} x
 * @param {Scale} y
 * @param {Numbers} times
 * @param {number} epoch
 * @param {(index: number) => number} value
 * @returns {[number, number]} pixels
 */
export function along(x, y, times, epoch, value) {
  const at = indexAt(times, epoch);
  const here = y(value(at));
  if (at + 1 >= times.length || epoch <= times[at]) return [x(times[at]), here];
  const share = (epoch - times[at]) / (times[at + 1] - times[at]);
  const there = y(value(at + 1));
  return Number.isFinite(there) ? [x(epoch), here + share * (there - here)] : [x(times[at]), here];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 * @param {string} ring
 * @param {number} [ink]
 */
export function dot(context, x, y, colour, ring, ink = 1) {
  if (!Number.isFinite(y) || y < -20 || y > 4000) return;
  context.beginPath();
  context.arc(x, y, 4 * ink, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.strokeStyle = ring;
  context.lineWidth = 1.5;
  context.stroke();
  context.lineWidth = 1;
}

/**
 * @param {Numbers} times
 * @param {number} epoch
 */
export function nearest(times, epoch) {
  const at = indexAt(times, epoch);
  return at + 1 < times.length && times[at + 1] - epoch < epoch - times[at] ? at + 1 : at;
}
