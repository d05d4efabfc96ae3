/** The distribution of one signal in one layer, all arms on one axis that stays as it is through the run. */

import { Bars, BINS, crop, fixedHalf, fixedTop, median } from "./bars.js";
import { Pane } from "./canvas.js";
import { choice, el, say } from "./dom.js";
import { epochText, percent, short } from "./scales.js";
import { line } from "./strokes.js";
import { centred } from "./text.js";

/** @import {ArmData, Run} from "./run.js" */
/** @import {Moment, Numbers, Palette, View} from "./types.js" */

/** @typedef {{arm: number, histogram: {data: Numbers, shape: number[]}}} Probed counts (L, K, 42) of a probe */

/** @type {Record<string, string>} */
export const SIGNAL_NAMES = { z: "z", x_hat: "ẑ", a_hat: "â", y: "y", a: "a" };

/** @type {Record<string, string>} */
const SIGNAL_WORDS = {
  z: "z, weights times input plus bias", x_hat: "ẑ, z normalised", a_hat: "â, the activation normalised",
  y: "y, scaled by γ and shifted by β", a: "a, after the activation",
};
const TICKS = { normalised: [-4, -2, 0, 2, 4], other: [-100, -30, -10, -3, -1, 0, 1, 3, 10, 30, 100] };

export class HistogramPanel {
  /** @param {(change: Partial<View>) => void} change */
  constructor(change) {
    this.layerChoice = choice("Layer", (/** @type {number} */ layer) => change({ layer }), 4);
    this.signalChoice = choice("Signal", (/** @type {string} */ signal) => change({ signal }));
    this.controls = el("div", { class: "controls" }, named("Layer", this.layerChoice.element), named("Signal", this.signalChoice.element));
    this.notes = el("div", { class: "notes" });
    this.pane = new Pane("histogram", () => this.resize());
    this.element = el(
      "section", { class: "panel histogram-panel", "aria-label": "Histograms" },
      el("header", {}, this.controls, this.notes),
      this.pane.element,
    );
    /** @type {Moment} */ this.moment = { frame: 0, epoch: 0, moving: false };
    /** @type {Probed | null} */ this.probed = null;
    /** @type {Run | null} */ this.run = null;
    /** @type {View | null} */ this.view = null;
    /** @type {Palette | null} */ this.palette = null;
    /** @type {Bars | null} */ this.bars = null;
    this.blend = new Float32Array(BINS);
    this.top = 1;
    this.half = 20;
  }

  /**
   * @param {Run} run
   * @param {View} view
   * @param {Palette} palette
   */
  set(run, view, palette) {
    const { layer, signal } = view;
    Object.assign(this, { run, view, palette });
    const layers = Array.from({ length: run.depth }, (_, i) => ({ value: i, label: String(i + 1) }));
    this.layerChoice.set(layers, layer);
    this.signalChoice.set(run.signals(layer).map((s) => ({ value: s, label: SIGNAL_NAMES[s] ?? s, title: SIGNAL_WORDS[s] })), signal);
    this.half = this.edges === "normalised" ? 20 : fixedHalf(allCounts(run, layer, signal));
    this.top = fixedTop(cropped(allCounts(run, layer, signal), this.half));
    this.controls.hidden = !run.depth;
    this.prepare();
  }

  resize() {
    this.prepare();
    this.draw(this.moment, this.probed);
  }

  /** @returns {"normalised" | "other"} */
  get edges() {
    return this.view?.signal.endsWith("_hat") ? "normalised" : "other";
  }

  prepare() {
    const { run, view, palette, pane } = this;
    if (!run || !view || !palette || !pane.ready) return;
    const area = { left: 40, top: 10, right: pane.width - 8, bottom: pane.height - 20 };
    if (!run.depth) {
      const axes = pane.layer("axes");
      axes.font = `12px ${palette.font}`;
      axes.fillStyle = palette.muted;
      centred(axes, "This network has no hidden layer: there is nothing between input and output to show.", area);
      this.bars = null;
      return;
    }
    const bars = new Bars(area, this.top, this.half);
    this.bars = bars;
    const context = pane.layer("axes");
    context.font = `11px ${palette.font}`;
    context.strokeStyle = palette.line;
    context.fillStyle = palette.muted;
    context.textAlign = "center";
    context.textBaseline = "top";
    line(context, area.left, area.bottom + 0.5, area.right, area.bottom + 0.5);
    const edges = run.header.edges[this.edges];
    const ticks = TICKS[this.edges].filter((tick) => Math.abs(tick) <= edges[20 + this.half] * 1.001);
    for (const tick of ticks) {
      const at = Math.round(bars.x(edges, tick)) + 0.5;
      line(context, at, tick === 0 ? area.top : area.bottom, at, area.bottom + 3);
      context.fillText(short(tick), at, area.bottom + 6);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const share of [0, Number((this.top * 0.8).toPrecision(1))]) {
      const at = Math.round(bars.y(share)) + 0.5;
      if (share > 0) line(context, area.left, at, area.right, at);
      context.fillText(percent(share), area.left - 6, at);
    }
  }

  /**
   * @param {Moment} moment
   * @param {Probed | null} probed
   */
  draw(moment, probed) {
    const { run, view, palette, pane, bars } = this;
    Object.assign(this, { moment, probed });
    if (!run || !view || !palette) return;
    this.sayNotes(moment, run, palette);
    if (!pane.ready) return;
    const context = pane.begin();
    pane.stamp("axes");
    if (!bars) return;
    context.font = `600 11px ${palette.font}`;
    for (const arm of [...run.arms].reverse()) {
      const style = palette.arms[arm.index];
      const recorded = this.counts(arm, moment, view);
      const tried = probed?.arm === arm.index ? this.tried(probed, arm, view) : null;
      const shown = tried ?? recorded;
      if (!shown) continue;
      const counts = crop(shown, this.half);
      bars.fill(context, counts, style.stroke, arm.index === 0 ? 0.3 : 0.16);
      if (tried && recorded) bars.outline(context, crop(recorded, this.half), palette.muted, [2, 2]);
      bars.outline(context, counts, style.stroke, style.dash);
      bars.labels(context, palette.background, counts, style, arm.index);
    }
  }

  /**
   * The recorded counts, between two frames a blend of both.
   *
   * @param {ArmData} arm
   * @param {Moment} moment
   * @param {View} view
   * @returns {Numbers | null}
   */
  counts(arm, moment, { layer, signal }) {
    const { frame, next, share } = arm.at(moment);
    const a = arm.histogram(frame, layer, signal);
    const b = share > 0 ? arm.histogram(next, layer, signal) : null;
    if (!a || !b) return a;
    for (let i = 0; i < BINS; i += 1) this.blend[i] = a[i] + (b[i] - a[i]) * share;
    return this.blend;
  }

  /**
   * @param {Probed} probed
   * @param {ArmData} arm
   * @param {View} view
   */
  tried({ histogram }, arm, { layer, signal }) {
    const k = arm.header.layers[layer]?.signals.indexOf(signal) ?? -1;
    const start = (layer * histogram.shape[1] + k) * BINS;
    return k < 0 ? null : histogram.data.subarray(start, start + BINS);
  }

  /**
   * What an arm has not, and how many of its units are idle.
   *
   * @param {Moment} moment
   * @param {Run} run
   * @param {Palette} palette
   */
  sayNotes(moment, run, palette) {
    while (this.notes.children.length < run.arms.length) this.notes.append(el("span"));
    while (this.notes.children.length > run.arms.length) this.notes.lastElementChild?.remove();
    run.arms.forEach((arm, i) => {
      const note = /** @type {HTMLElement} */ (this.notes.children[i]);
      say(note, this.note(arm, moment));
      note.style.color = palette.arms[i].text;
    });
  }

  /**
   * @param {ArmData} arm
   * @param {Moment} moment
   */
  note(arm, moment) {
    const { layer, signal } = /** @type {View} */ (this.view);
    const { label, layers, activation } = arm.header;
    if (!layers[layer]) return "";
    if (!layers[layer].signals.includes(signal)) return `${label}: no ${SIGNAL_NAMES[signal] ?? signal} without normalisation`;
    const { frame } = arm.at({ ...moment, moving: false });
    if (!arm.finite[frame]) return `${label}: diverged`;
    const share = arm.numbers("idle")[frame * arm.shape("idle")[1] + layer];
    const word = activation === "relu" ? "dead" : "saturated";
    return activation === "linear" || Number.isNaN(share) ? label : `${label}: ${percent(share)} of units ${word}`;
  }

  /** @param {Moment} moment */
  describe(moment) {
    const { run, view } = this;
    if (!run || !view) return;
    const edges = run.header.edges[this.edges];
    const words = run.arms.map((arm) => {
      const counts = arm.histogram(arm.at({ ...moment, moving: false }).frame, view.layer, view.signal);
      return counts ? `${this.note(arm, moment)}, median ${short(median(counts, edges), 2)}` : this.note(arm, moment);
    });
    const name = SIGNAL_WORDS[view.signal] ?? view.signal;
    this.pane.describe(`Histogram of ${name}, layer ${view.layer + 1}, epoch ${epochText(moment.epoch)}. ${words.join("; ")}`);
  }

  destroy() {
    this.pane.destroy();
  }
}

/**
 * @param {string} text
 * @param {HTMLElement} control
 */
function named(text, control) {
  return el("span", { class: "named" }, el("span", { "aria-hidden": "true" }, text), control);
}

/**
 * @param {Run} run
 * @param {number} layer
 * @param {string} signal
 * @returns {Generator<Numbers>}
 */
function* allCounts(run, layer, signal) {
  for (const arm of run.arms) {
    for (let frame = 0; frame < arm.frames; frame += 1) {
      const counts = arm.histogram(frame, layer, signal);
      if (counts) yield counts;
    }
  }
}

/**
 * @param {Iterable<Numbers>} all
 * @param {number} half
 * @returns {Generator<Numbers>}
 */
function* cropped(all, half) {
  for (const counts of all) yield crop(counts, half);
}
