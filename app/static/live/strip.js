/** One row an arm: the answers to one point over many batches, on one axis, and where inference puts it. */

import { Pane } from "./canvas.js";
import { nice, scale, short } from "./scales.js";
import { line } from "./strokes.js";
import { fit } from "./text.js";
import { CLASSES } from "./theme.js";

/** @import {ArmStyle, Numbers, Palette} from "./types.js" */

/**
 * @typedef {object} Row
 * @property {string} label of the arm
 * @property {string} chance in inference
 * @property {string} words
 * @property {string} quantity logit, margin or prediction
 * @property {number | null} toward the class that a value above 0 speaks for; null for a prediction
 * @property {number} logit the quantity in inference mode
 * @property {Numbers} values the same in each batch
 * @property {boolean} free of the batch: one value says all
 * @property {ArmStyle} style
 */

const LINE = 16;
const WIDE = 470;
const AXIS = 18;
const SIDE = 8;
const MOST = 104;

export class Strip {
  constructor() {
    this.pane = new Pane("strip", () => this.draw());
    /** @type {Row[]} */ this.rows = [];
    /** @type {Palette | null} */ this.palette = null;
  }

  /**
   * @param {Row[]} rows none while the first answer is on its way
   * @param {Palette} palette
   */
  set(rows, palette) {
    Object.assign(this, { rows, palette });
    this.pane.fit();
    this.draw();
    this.pane.describe(rows.map(({ label, chance, words }) => `${label}: ${chance}, ${words}`).join("; ") || "Batch mates: 0 asked so far");
  }

  draw() {
    const { pane, rows, palette } = this;
    if (!palette || !pane.ready) return;
    const context = pane.begin();
    if (!rows.length) return;
    const bottom = pane.height - AXIS;
    const high = Math.min(bottom / rows.length, MOST);
    const x = scale("linear", reach(rows), [SIDE, pane.width - SIDE], pane.width > 420 ? 8 : 4);
    rows.forEach((row, i) => this.row(context, row, x, i * high, high));
    context.font = `11px ${palette.font}`;
    context.fillStyle = palette.muted;
    context.textBaseline = "top";
    context.textAlign = "center";
    const under = rows.length * high + 4;
    const end = pane.width - SIDE - context.measureText(rows[0].quantity).width - 8;
    for (const tick of x.ticks) if (x(tick) > SIDE + 4 && x(tick) < end) context.fillText(short(tick), x(tick), under);
    context.textAlign = "right";
    context.fillText(rows[0].quantity, pane.width - SIDE, under);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Row} row
   * @param {import("./scales.js").Scale} x
   * @param {number} top
   * @param {number} high
   */
  row(context, row, x, top, high) {
    const palette = /** @type {Palette} */ (this.palette);
    const { width } = this.pane;
    const lines = width < WIDE ? 2 : 1;
    const [from, to] = [top + lines * LINE, top + high - 6];
    const zero = Math.min(width - SIDE, Math.max(SIDE, x(0)));
    context.globalAlpha = palette.dark ? 0.22 : 0.14;
    context.fillStyle = row.quantity === "logit" ? CLASSES.fill[0] : palette.faint;
    context.fillRect(SIDE, from, (row.toward === null ? width - SIDE : zero) - SIDE, to - from);
    context.fillStyle = CLASSES.fill[row.toward ?? 0];
    if (row.toward !== null) context.fillRect(zero, from, width - SIDE - zero, to - from);
    context.fillStyle = row.style.stroke;
    context.globalAlpha = row.free ? 1 : 0.5;
    row.values.forEach((value, k) => {
      const at = x(value);
      if (!Number.isFinite(at)) return;
      const place = row.free ? 0.5 : ((k * 0.618034) % 1) * 0.76 + 0.12; // an even spread, the same every time
      context.beginPath();
      context.arc(at, from + place * (to - from), row.free ? 4 : 2.3, 0, 2 * Math.PI);
      context.fill();
    });
    context.globalAlpha = 1;
    if (Number.isFinite(row.logit)) {
      context.strokeStyle = palette.text;
      context.lineWidth = 2;
      line(context, x(row.logit), from, x(row.logit), to);
      context.lineWidth = 1;
    }
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    context.font = `600 12px ${palette.font}`;
    context.fillStyle = row.style.text;
    const name = fit(context, row.label, width * 0.4);
    context.fillText(name, SIDE, top + LINE - 5);
    const after = SIDE + context.measureText(name).width + 8;
    context.font = `12px ${palette.font}`;
    context.fillStyle = palette.text;
    const put = (/** @type {string} */ text, /** @type {number} */ left, /** @type {number} */ down) => context.fillText(fit(context, text, width - SIDE - left), left, down);
    if (lines === 1) put(`${row.chance} (line); ${row.words}`, after, top + LINE - 5);
    else {
      put(`${row.chance} (line)`, after, top + LINE - 5);
      put(row.words, SIDE, top + 2 * LINE - 5);
    }
  }
}

/**
 * The answers of all rows and 0, where the class changes, unless they are predictions: one axis for all.
 *
 * @param {Row[]} rows
 * @returns {[number, number]}
 */
export function reach(rows) {
  const all = rows.flatMap(({ values, logit }) => [...values, logit]).filter(Number.isFinite);
  const room = all.length && rows.every(({ toward }) => toward === null) ? 0.01 * Math.max(...all.map(Math.abs)) : null;
  if (room === null) all.push(-1, 1);
  else all.push(all[0] - room, all[0] + room);
  const [low, high] = nice(Math.min(...all), Math.max(...all), 8);
  const edge = (high - low) * 0.02;
  return [low - edge, high + edge];
}
