/** One arm's decision surface with the points on it. */

import { Pane } from "./canvas.js";
import { borders, contour } from "./contour.js";
import { el, say } from "./dom.js";
import { drawBar, drawPin, drawPoints, lookOf, placeAt } from "./points.js";
import { epochText } from "./scales.js";
import { scoreName, scoreText } from "./targets.js";
import { centred } from "./text.js";
import { CLASSES, surfaceTable } from "./theme.js";

/** @import {Moment, Numbers, Palette, Place, Rect} from "./types.js" */
/** @import {Run} from "./run.js" */

/** @typedef {{surface: Numbers, testAccuracy: number, trainAccuracy: number, tag: string}} Other a surface asked for, instead of the recorded one */

const MARGIN = { left: 30, right: 4, top: 4, bottom: 22 };
const BAR = 48; // right of a picture of values

export class SurfacePanel {
  /**
   * @param {number} index of the arm
   * @param {(place: Place) => void} pin
   */
  constructor(index, pin) {
    this.index = index;
    this.swatch = el("span", { class: "swatch", "aria-hidden": "true" });
    this.name = el("span", { class: "arm-name" });
    this.tag = el("span", { class: "tag" });
    this.accuracy = el("span", { class: "number" });
    this.measure = el("span", { class: "quiet measure" }, "test");
    const title = el("figcaption", {}, this.swatch, this.name, this.tag, this.measure, this.accuracy);
    this.pane = new Pane("surface", () => this.resize());
    this.element = el("figure", { class: "surface-panel" }, title, this.pane.element);
    this.pane.canvas.addEventListener("click", (event) => {
      const { x, y } = this.pane.place(event);
      const place = this.run && placeAt(this.run, this.area, x, y);
      if (place) pin(place);
    });
    this.small = document.createElement("canvas");
    /** @type {Run | null} */ this.run = null;
    /** @type {Palette | null} */ this.palette = null;
    /** @type {Moment} */ this.moment = { frame: 0, epoch: 0, moving: false };
    /** @type {Other | null} */ this.other = null;
    /** @type {Place | null} */ this.pin = null;
    this.blend = new Float32Array(0);
    this.standing = "";
  }

  /**
   * @param {Run} run
   * @param {Palette} palette
   */
  set(run, palette) {
    this.run = run;
    this.palette = palette;
    this.size = run.arms[this.index].shape("surface")[1];
    if (this.small.width !== this.size) this.small.width = this.small.height = this.size;
    this.image = new ImageData(this.size, this.size);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.kind = run.header.surface_kind ?? "probability";
    this.table = surfaceTable(palette.dark, this.kind);
    say(this.measure, run.header.score === "R2" ? "test R²" : "test");
    const style = palette.arms[this.index];
    const { label, short } = run.arms[this.index].header;
    this.name.replaceChildren(el("span", { class: "whole" }, label), el("span", { class: "short", "aria-hidden": "true" }, short));
    this.name.title = label;
    this.element.classList.toggle("long", label.length > 12);
    this.name.style.color = style.text;
    this.swatch.style.borderTop = `3px ${style.dash.length ? (style.dash[0] < 3 ? "dotted" : "dashed") : "solid"} ${style.stroke}`;
    this.prepare();
  }

  resize() {
    this.prepare();
    this.draw(this.moment, this.other, this.pin);
  }

  /** The square that holds the picture. */
  /** @returns {Rect} */
  get area() {
    const wide = this.pane.width - MARGIN.left - (this.kind === "value" ? BAR : MARGIN.right);
    const side = Math.max(40, Math.min(wide, this.pane.height - MARGIN.top - MARGIN.bottom));
    const left = Math.round(MARGIN.left + Math.max(0, (wide - side) / 2));
    return { left, top: MARGIN.top, right: left + side, bottom: MARGIN.top + side };
  }

  /** Draws the points and axes ahead: they stand still, and most changes of a run leave them as they are. */
  prepare() {
    const { run, palette, pane } = this;
    if (!run || !palette || !pane.ready) return;
    const standing = lookOf(run, palette, this.area, pane);
    if (standing === this.standing) return;
    this.standing = standing;
    const layer = pane.layer("points");
    drawPoints(layer, run, palette, this.area);
    if (run.header.target_range) drawBar(layer, run.header.target_range, palette, this.area);
  }

  /**
   * @param {Moment} moment
   * @param {Other | null} other
   * @param {Place | null} pin
   */
  draw(moment, other, pin) {
    const { run, palette, pane } = this;
    Object.assign(this, { moment, other, pin });
    if (!run || !palette) return;
    const arm = run.arms[this.index];
    const { frame, next, share } = arm.at(moment);
    const alive = other !== null || arm.finite[frame] === 1;
    const numbers = this.numbers(frame, other);
    say(this.accuracy, alive ? scoreText(run.header, numbers.test, this.decimals) : "–");
    say(this.tag, other ? other.tag : `seed ${run.header.seed}${alive ? "" : ", diverged"}`);
    if (!pane.ready) return;
    const { left, top, right, bottom } = this.area;
    const context = pane.begin();
    if (alive) {
      const values = other ? other.surface : this.values(frame, next, share);
      this.paint(context, values);
      this.boundary(context, values);
    } else {
      context.fillStyle = palette.line;
      context.fillRect(left, top, right - left, bottom - top);
    }
    pane.stamp("points");
    if (pin) drawPin(context, run, this.area, pin);
    if (!alive) this.sayDiverged(context, arm.header.diverged ?? "diverged");
  }

  /** The picture in words; called when it stands still. */
  describe() {
    if (!this.run) return;
    const arm = this.run.arms[this.index];
    const { frame } = arm.at(this.moment);
    const { header } = this.run;
    const { test, train } = this.numbers(frame, this.other);
    const words = arm.finite[frame] === 1 || this.other ? `test ${scoreName(header)} ${scoreText(header, test, this.decimals)}, train ${scoreText(header, train, this.decimals)}` : (arm.header.diverged ?? "diverged");
    const how = this.other ? `, ${this.other.tag}` : "";
    this.pane.describe(`${this.kind === "value" ? "Predictions" : "Decision surface"} ${arm.header.label}, seed ${this.run.header.seed}, epoch ${epochText(arm.frameEpoch[frame])}${how}: ${words}`);
  }

  /**
   * @param {number} frame
   * @param {Other | null} other
   */
  numbers(frame, other) {
    const { run } = this;
    if (!run) return { test: NaN, train: NaN };
    if (other) return { test: other.testAccuracy, train: other.trainAccuracy };
    const arm = run.arms[this.index];
    const at = arm.frameEval[frame] * arm.runs + run.header.run_index;
    return { test: arm.numbers("test_accuracy")[at], train: arm.numbers("train_accuracy")[at] };
  }

  /** Decimals of a percentage that the number of test points supports. */
  get decimals() {
    return (this.run?.arrays.points_test.shape[0] ?? 0) >= 200 ? 1 : 0;
  }

  /**
   * The recorded surface, between two frames a blend of both; of several classes the nearer one, for there is no class between two.
   *
   * @param {number} frame
   * @param {number} next
   * @param {number} share
   * @returns {Numbers}
   */
  values(frame, next, share) {
    const data = /** @type {Run} */ (this.run).arms[this.index].numbers("surface");
    const n = /** @type {number} */ (this.size) ** 2;
    const a = data.subarray(frame * n, frame * n + n);
    const b = data.subarray(next * n, next * n + n);
    if (this.kind === "class") return share < 0.5 ? a : b;
    if (share === 0) return a;
    if (this.blend.length !== n) this.blend = new Float32Array(n);
    for (let i = 0; i < n; i += 1) this.blend[i] = a[i] + (b[i] - a[i]) * share;
    return this.blend;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Numbers} values
   */
  paint(context, values) {
    const { pixels, image, table, size } = this;
    if (!pixels || !image || !table || !size) return;
    for (let row = 0; row < size; row += 1) {
      const from = row * size;
      const to = (size - 1 - row) * size;
      for (let column = 0; column < size; column += 1) pixels[to + column] = table[values[from + column] | 0];
    }
    /** @type {CanvasRenderingContext2D} */ (this.small.getContext("2d")).putImageData(image, 0, 0);
    const { left, top, right, bottom } = this.area;
    context.imageSmoothingEnabled = this.kind !== "class";
    context.imageSmoothingQuality = "low"; // bilinear: half the cost of a frame, and no difference to the eye
    context.drawImage(this.small, left, top, right - left, bottom - top);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Numbers} values
   */
  boundary(context, values) {
    const size = /** @type {number} */ (this.size);
    const { left, right, bottom } = this.area;
    const cell = (right - left) / size;
    if (this.kind === "value") return;
    const segments = this.kind === "class" ? borders(values, size) : contour(values, size, 127.5);
    context.beginPath();
    for (let i = 0; i < segments.length; i += 4) {
      context.moveTo(left + (segments[i] + 0.5) * cell, bottom - (segments[i + 1] + 0.5) * cell);
      context.lineTo(left + (segments[i + 2] + 0.5) * cell, bottom - (segments[i + 3] + 0.5) * cell);
    }
    context.lineCap = "round";
    context.strokeStyle = CLASSES.halo;
    const ink = this.palette?.ink ?? 1;
    context.lineWidth = 3.5 * ink;
    context.stroke();
    context.strokeStyle = CLASSES.boundary;
    context.lineWidth = 1.5 * ink;
    context.stroke();
    context.lineWidth = 1;
    context.lineCap = "butt";
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string} reason
   */
  sayDiverged(context, reason) {
    const { left, top, right, bottom } = this.area;
    const palette = /** @type {Palette} */ (this.palette);
    context.font = `12px ${palette.font}`;
    context.fillStyle = palette.background;
    context.globalAlpha = 0.9;
    context.fillRect(left + 8, (top + bottom) / 2 - 45, right - left - 16, 90);
    context.globalAlpha = 1;
    context.fillStyle = palette.warn;
    centred(context, reason[0].toUpperCase() + reason.slice(1), { left: left + 8, right: right - 8, top, bottom });
  }

  destroy() {
    this.pane.destroy();
  }
}
