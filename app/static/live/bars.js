/** Histograms as bars: bins around zero, with what lies below and above them standing apart. */

import { percent } from "./scales.js";

/** @import {ArmStyle, Numbers, Rect} from "./types.js" */

/** Counts as they come: below, 40 bins, above. */
export const BINS = 42;
const GAP = 7;
const HALVES = [7, 12, 16, 20];
const NEGLIGIBLE = 0.002;

/**
 * The counts of the bins nearest to zero; all others join what lies below and above.
 *
 * @param {Numbers} counts 42
 * @param {number} half bins on each side of zero
 */
export function crop(counts, half) {
  const cropped = new Float32Array(2 * half + 2);
  for (let b = 0; b < BINS; b += 1) cropped[Math.min(2 * half + 1, Math.max(0, b - 20 + half))] += counts[b];
  return cropped;
}

/**
 * The fewest bins that show nearly all of every histogram of a run.
 *
 * @param {Iterable<Numbers>} all
 */
export function fixedHalf(all) {
  let at = 0;
  for (const counts of all) {
    const total = sum(counts);
    for (; at < HALVES.length - 1; at += 1) {
      const cropped = crop(counts, HALVES[at]);
      if (cropped[0] + cropped[cropped.length - 1] <= NEGLIGIBLE * total) break;
    }
  }
  return HALVES[at];
}

/**
 * @param {Numbers} counts
 */
export function sum(counts) {
  let total = 0;
  for (let b = 0; b < counts.length; b += 1) total += counts[b];
  return total;
}

/**
 * Where a value lies among edges, in bins from the first.
 *
 * @param {number[]} edges
 * @param {number} value
 */
export function place(edges, value) {
  let bin = 0;
  while (bin < edges.length - 2 && value >= edges[bin + 1]) bin += 1;
  return bin + (value - edges[bin]) / (edges[bin + 1] - edges[bin]);
}

/**
 * The middle of the bin that holds the median; the outer edge if it lies beyond.
 *
 * @param {Numbers} counts
 * @param {number[]} edges
 */
export function median(counts, edges) {
  const half = sum(counts) / 2;
  let reached = 0;
  for (let b = 0; b < BINS; b += 1) {
    reached += counts[b];
    if (half > 0 && reached >= half) return (edges[Math.max(0, b - 1)] + edges[Math.min(40, b)]) / 2;
  }
  return NaN;
}

/**
 * The top of an axis that holds every bin of a run. One bin that towers over all others would flatten them: then
 * the axis ends a little above the others, and the tower is cut and labelled.
 *
 * @param {Iterable<Numbers>} all
 */
export function fixedTop(all) {
  let highest = new Float64Array(1);
  for (const counts of all) {
    const total = sum(counts);
    if (highest.length < counts.length) highest = new Float64Array(counts.length);
    for (let b = 0; b < counts.length && total > 0; b += 1) highest[b] = Math.max(highest[b], counts[b] / total);
  }
  highest.sort();
  const [others, tower] = [highest[highest.length - 3] ?? 0, highest[highest.length - 1]];
  return tower > 3 * others && others > 0.02 ? others * 1.3 : Math.max(0.05, tower * 1.06);
}

/** Draws counts within an area. */
export class Bars {
  /**
   * @param {Rect} area
   * @param {number} top the share at the upper edge
   * @param {number} half bins on each side of zero
   */
  constructor(area, top, half) {
    this.area = area;
    this.top = top;
    this.half = half;
    this.bins = 2 * half + 2;
    this.step = (area.right - area.left - 2 * GAP) / this.bins;
  }

  /**
   * Left and right edge of a bin.
   *
   * @param {number} bin
   */
  span(bin) {
    const left = this.area.left + bin * this.step + (bin > 0 ? GAP : 0) + (bin === this.bins - 1 ? GAP : 0);
    return { left, right: left + this.step };
  }

  /**
   * Where a value among the 40 bins stands.
   *
   * @param {number[]} edges
   * @param {number} value
   */
  x(edges, value) {
    return this.area.left + GAP + this.step * (1 + place(edges, value) - 20 + this.half);
  }

  /** @param {number} share */
  y(share) {
    const { top, bottom } = this.area;
    return bottom - Math.min(1.02, share / this.top) * (bottom - top);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Numbers} counts
   * @param {string} colour
   * @param {number} alpha
   */
  fill(context, counts, colour, alpha) {
    const total = sum(counts) || 1;
    context.fillStyle = colour;
    context.globalAlpha = alpha;
    context.beginPath();
    for (let b = 0; b < this.bins; b += 1) {
      const { left, right } = this.span(b);
      const y = this.y(counts[b] / total);
      context.rect(left, y, right - left, this.area.bottom - y);
    }
    context.fill();
    context.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Numbers} counts
   * @param {string} colour
   * @param {number[]} dash
   */
  outline(context, counts, colour, dash) {
    const total = sum(counts) || 1;
    const { bottom } = this.area;
    context.strokeStyle = colour;
    context.setLineDash(dash);
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [from, to] of [[0, 1], [1, this.bins - 1], [this.bins - 1, this.bins]]) {
      if (to - from === 1 && counts[from] === 0) continue;
      context.moveTo(this.span(from).left, bottom);
      for (let b = from; b < to; b += 1) {
        const { left, right } = this.span(b);
        const y = this.y(counts[b] / total);
        context.lineTo(left, y);
        context.lineTo(right, y);
      }
      context.lineTo(this.span(to - 1).right, bottom);
    }
    context.stroke();
    context.setLineDash([]);
    context.lineWidth = 1;
  }

  /**
   * Shares in words: of what lies beyond the axis, and of a bin that is cut.
   *
   * @param {CanvasRenderingContext2D} context with its font set
   * @param {string} halo behind the words
   * @param {Numbers} counts
   * @param {ArmStyle} style
   * @param {number} row of the labels of cut bins: each arm has its own
   */
  labels(context, halo, counts, style, row) {
    const total = sum(counts) || 1;
    context.fillStyle = style.text;
    context.textBaseline = "alphabetic";
    context.strokeStyle = halo;
    context.lineWidth = 3;
    context.lineJoin = "round";
    for (let b = 0; b < this.bins; b += 1) {
      const share = counts[b] / total;
      const outer = b === 0 || b === this.bins - 1;
      const cut = share > this.top;
      if (share < 0.001 || !(outer || cut)) continue;
      const { left, right } = this.span(b);
      const leftwards = b === this.bins - 1 || (b > 0 && counts[b - 1] <= counts[b + 1]);
      context.textAlign = leftwards ? "right" : "left";
      const at = outer ? (leftwards ? right : left) : leftwards ? left - 4 : right + 4;
      const height = cut ? this.area.top + 11 + row * 14 : Math.max(this.area.top + 8, this.y(share) - 4);
      const text = percent(share, share < 0.095 ? 1 : 0);
      context.strokeText(text, at, height);
      context.fillText(text, at, height);
    }
  }
}
