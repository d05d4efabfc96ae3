/** The gradient norm of every layer at one moment: vanishing and exploding at a glance. */

import { Pane } from "./canvas.js";
import { epochText, scale, short, tickFormat } from "./scales.js";
import { dot, line } from "./strokes.js";
import { gradientDomain } from "./traces.js";

/** @import {Run} from "./run.js" */
/** @import {Moment, Palette} from "./types.js" */

export class LayerPlot {
  constructor() {
    this.pane = new Pane("time stat", () => {
      this.prepare();
      this.draw(this.moment);
    });
    this.element = this.pane.element;
    /** @type {Moment} */ this.moment = { frame: 0, epoch: 0, moving: false };
    this.chosen = 0;
  }

  /**
   * @param {Run} run
   * @param {Palette} palette
   * @param {number} chosen layer
   */
  set(run, palette, chosen) {
    Object.assign(this, { run, palette, chosen });
    /** @type {Run} */ this.run = run;
    /** @type {Palette} */ this.palette = palette;
    this.prepare();
  }

  prepare() {
    const { run, palette, pane } = this;
    pane.fit();
    if (!run || !palette || !pane.ready) return;
    const count = Math.max(...run.arms.map((arm) => arm.shape("gradient_norm")[1]));
    const area = { left: 42, top: 8, right: pane.width - 8, bottom: pane.height - 20 };
    const step = (area.right - area.left) / count;
    this.x = (/** @type {number} */ layer) => area.left + (layer + 0.5) * step;
    this.y = scale("log", gradientDomain(run), [area.bottom, area.top], 3);
    const context = pane.layer("axes");
    context.font = `11px ${palette.font}`;
    context.strokeStyle = palette.line;
    context.fillStyle = palette.line;
    context.fillRect(area.left + this.chosen * step, area.top, step, area.bottom - area.top);
    context.textAlign = "right";
    context.textBaseline = "middle";
    const format = tickFormat(this.y);
    for (const tick of this.y.ticks) {
      const at = Math.round(this.y(tick)) + 0.5;
      line(context, area.left, at, area.right, at);
      context.fillStyle = palette.muted;
      context.fillText(format(tick), area.left - 6, at);
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    const every = Math.ceil(22 / step);
    for (let layer = 0; layer < count; layer += 1) {
      const last = layer === count - 1;
      if (last || (layer % every === 0 && (count - 1 - layer) * step > 26)) context.fillText(last ? "out" : String(layer + 1), this.x(layer), area.bottom + 6);
    }
  }

  /** @param {Moment} moment */
  draw(moment) {
    this.moment = moment;
    const { run, palette, pane, x, y } = this;
    if (!run || !palette || !pane.ready || !x || !y) return;
    const context = pane.begin();
    pane.stamp("axes");
    for (const arm of [...run.arms].reverse()) {
      const { frame } = arm.at(moment);
      const style = palette.arms[arm.index];
      const width = arm.shape("gradient_norm")[1];
      context.strokeStyle = style.stroke;
      context.setLineDash(style.dash);
      context.lineWidth = 1.75 * palette.ink;
      context.beginPath();
      for (let layer = 0; layer < width; layer += 1) {
        const at = y(arm.value("gradient_norm", frame, layer));
        if (Number.isFinite(at)) context.lineTo(x(layer), at);
      }
      context.stroke();
      context.setLineDash([]);
      for (let layer = 0; layer < width; layer += 1) dot(context, x(layer), y(arm.value("gradient_norm", frame, layer)), style.stroke, palette.background);
    }
  }

  /** @param {Moment} moment */
  describe(moment) {
    const words = (this.run?.arms ?? []).map((arm) => {
      const { frame } = arm.at({ ...moment, moving: false });
      const width = arm.shape("gradient_norm")[1];
      const norms = Array.from({ length: width }, (_, layer) => short(arm.value("gradient_norm", frame, layer), 2));
      return `${arm.header.label} ${norms.join(", ")}`;
    });
    this.pane.describe(`Gradient norms from the first layer to the output, epoch ${epochText(moment.epoch)}: ${words.join("; ")}`);
  }

  destroy() {
    this.pane.destroy();
  }
}
