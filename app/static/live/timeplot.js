/** A plot over epochs: what is past in full colour, what is to come faint, a line at the moment, a readout under the pointer. */

import { Pane } from "./canvas.js";
import { el, say } from "./dom.js";
import { clamp, epochText, scale, tickFormat } from "./scales.js";
import { line } from "./strokes.js";
import { fit, spread } from "./text.js";

/** @import {Palette, Rect} from "./types.js" */
/** @import {Scale} from "./scales.js" */

/**
 * @typedef {object} Row of the readout
 * @property {string} label
 * @property {string} value
 * @property {string} colour
 *
 * @typedef {object} EndLabel at the right edge, level with where its curve ends
 * @property {string} text
 * @property {string} colour
 * @property {number} at on the y axis
 *
 * @typedef {object} Content
 * @property {number} epochs length of the time axis
 * @property {"linear" | "log"} kind
 * @property {[number, number]} domain of the y axis
 * @property {(value: number) => string} [format] of its ticks
 * @property {number} [labels] width of the end labels; 0 or nothing for none
 * @property {EndLabel[]} ends
 * @property {(context: CanvasRenderingContext2D, x: Scale, y: Scale, area: Rect) => void} axes what stands still behind
 * @property {(context: CanvasRenderingContext2D, y: Scale, area: Rect) => void} [over] words that lie over the curves
 * @property {(context: CanvasRenderingContext2D, x: Scale, y: Scale, area: Rect) => void} marks what is drawn over time
 * @property {(context: CanvasRenderingContext2D, x: Scale, y: Scale, epoch: number) => void} now what is drawn at the moment
 * @property {(epoch: number) => string[]} values one a label, at the moment
 * @property {(epoch: number) => {epoch: number, rows: Row[]}} readout
 */

const FONT = 11;
/** Height of an end label with its value below it; where there is less room, the value stands beside it. */
const TWO_LINES = 30;
const BESIDE = 44;

export class TimePlot {
  /**
   * @param {string} className
   * @param {(epoch: number) => void} scrub
   */
  constructor(className, scrub) {
    this.pane = new Pane(`time ${className}`, () => this.resize());
    this.element = this.pane.element;
    this.scrub = scrub;
    this.epoch = 0;
    this.drawn = "";
    /** @type {number | null} */ this.hover = null;
    /** @type {Content | null} */ this.content = null;
    /** @type {Palette | null} */ this.palette = null;
    this.tip = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.element.append(this.tip);
    this.listen(this.pane.canvas);
  }

  /** @param {HTMLCanvasElement} canvas */
  listen(canvas) {
    let dragging = false;
    const at = (/** @type {PointerEvent} */ event) => {
      const { left, right } = this.area;
      const share = (this.pane.place(event).x - left) / (right - left);
      return Math.min(1, Math.max(0, share)) * (this.content?.epochs ?? 1);
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      dragging = event.pointerType !== "touch";
      if (dragging) canvas.setPointerCapture(event.pointerId);
      this.scrub(at(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (dragging) this.scrub(at(event));
      if (event.pointerType !== "touch") this.point(at(event));
    });
    const end = () => {
      dragging = false;
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("pointerleave", () => this.point(null));
  }

  /** @param {number | null} epoch under the pointer */
  point(epoch) {
    this.hover = epoch;
    this.draw(this.epoch);
  }

  /** @returns {Rect} */
  get area() {
    const labels = this.content?.labels ?? 0;
    return { left: 42, top: 8, right: Math.max(60, this.pane.width - (labels || 6)), bottom: Math.max(24, this.pane.height - 20) };
  }

  /**
   * @param {Content} content
   * @param {Palette} palette
   */
  set(content, palette) {
    this.content = content;
    this.palette = palette;
    this.prepare();
  }

  resize() {
    this.prepare();
    this.draw(this.epoch);
  }

  prepare() {
    const { content, palette, pane } = this;
    if (!content || !palette || !pane.ready) return;
    const area = this.area;
    this.drawn = "";
    this.x = scale("linear", [0, content.epochs], [area.left, area.right], area.right - area.left > 260 ? 6 : 3);
    this.y = scale(content.kind, content.domain, [area.bottom, area.top], Math.min(5, Math.max(2, (area.bottom - area.top) / 30)));
    const axes = pane.layer("axes");
    const marks = pane.layer("marks");
    axes.font = marks.font = `${FONT}px ${palette.font}`;
    this.grid(axes, area, palette, content);
    content.axes(axes, this.x, this.y, area);
    marks.save();
    marks.beginPath();
    marks.rect(area.left - 1, area.top - 2, area.right - area.left + 2, area.bottom - area.top + 3);
    marks.clip();
    marks.lineJoin = "round";
    content.marks(marks, this.x, this.y, area);
    marks.restore();
    const places = content.ends.map((end) => /** @type {Scale} */ (this.y)(clamp(end.at, content.domain)));
    const gap = Math.min(TWO_LINES, (area.bottom - area.top - 24) / Math.max(1, places.length - 1));
    this.beside = gap < TWO_LINES - 2;
    this.places = spread(places, gap, area.top + 10, area.bottom - 14);
    axes.textAlign = "left";
    axes.textBaseline = "alphabetic";
    axes.font = `600 ${FONT}px ${palette.font}`;
    content.ends.forEach((end, i) => {
      axes.fillStyle = end.colour;
      axes.fillText(fit(axes, end.text, (content.labels ?? 0) - (this.beside ? BESIDE : 10)), area.right + 8, /** @type {number[]} */ (this.places)[i]);
    });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Rect} area
   * @param {Palette} palette
   * @param {Content} content
   */
  grid(context, area, palette, content) {
    const { x, y } = this;
    if (!x || !y) return;
    context.strokeStyle = palette.line;
    context.fillStyle = palette.muted;
    context.textAlign = "right";
    context.textBaseline = "middle";
    const format = content.format ?? tickFormat(y);
    for (const tick of y.ticks) {
      const at = Math.round(y(tick)) + 0.5;
      line(context, area.left, at, area.right, at);
      context.fillText(format(tick), area.left - 6, at);
    }
    context.textBaseline = "top";
    for (const tick of x.ticks) {
      const text = epochText(tick);
      context.textAlign = tick === 0 ? "left" : x(tick) > area.right - 8 && !content.labels ? "right" : "center";
      context.fillText(text, x(tick), area.bottom + 6);
    }
    context.textAlign = "left";
    if (content.labels) context.fillText("epoch", area.right + 16, area.bottom + 6);
  }

  /** @param {number} epoch */
  draw(epoch) {
    this.epoch = epoch;
    const { content, palette, pane, x, y } = this;
    if (!content || !palette || !pane.ready) return;
    if (!x || !y) return;
    const at = x(Math.min(epoch, content.epochs));
    const values = content.values(epoch);
    const drawn = `${Math.round(at * pane.ratio * 2)} ${this.hover} ${values.join()}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const area = this.area;
    const context = pane.begin();
    pane.stamp("axes");
    this.tell();
    pane.stamp("marks", 0, Math.min(pane.width, at + 1));
    context.globalAlpha = 0.24;
    pane.stamp("marks", at + 1, pane.width);
    context.globalAlpha = 1;
    context.strokeStyle = palette.faint;
    const middle = Math.round(at) + 0.5;
    line(context, middle, area.top - 2, middle, area.bottom);
    content.now(context, x, y, epoch);
    context.font = `${FONT}px ${palette.font}`;
    content.over?.(context, y, area);
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    if (this.beside) context.textAlign = "right";
    values.forEach((value, i) => {
      context.fillStyle = content.ends[i].colour;
      context.fillText(value, this.beside ? pane.width : area.right + 8, /** @type {number[]} */ (this.places)[i] + (this.beside ? 0 : 14));
    });
    if (this.hover !== null) {
      context.strokeStyle = palette.muted;
      context.setLineDash([2, 3]);
      const pointer = Math.round(x(content.readout(this.hover).epoch)) + 0.5;
      line(context, pointer, area.top, pointer, area.bottom);
      context.setLineDash([]);
    }
  }

  /** Fills and places the readout. */
  tell() {
    const { content, hover, tip, pane, x } = this;
    tip.hidden = hover === null || !content || !x;
    if (tip.hidden || hover === null || !content || !x) return;
    const { epoch, rows } = content.readout(hover);
    while (tip.children.length > rows.length + 1) tip.lastElementChild?.remove();
    while (tip.children.length < rows.length + 1) tip.append(el("div", {}, el("span"), el("b")));
    [{ label: `epoch ${epochText(epoch)}`, value: "", colour: "" }, ...rows].forEach((row, i) => {
      const [label, value] = tip.children[i].children;
      say(label, row.label);
      say(value, row.value);
      /** @type {HTMLElement} */ (label).style.color = row.colour;
    });
    const at = x(epoch);
    const wide = tip.offsetWidth;
    tip.style.left = `${Math.max(0, at + wide + 14 > pane.width ? at - wide - 10 : at + 10)}px`;
  }

  /** @param {string} text */
  describe(text) {
    this.pane.describe(text);
  }

  destroy() {
    this.pane.destroy();
  }
}
