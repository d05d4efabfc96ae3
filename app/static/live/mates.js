/** Batch mates: what becomes of one pinned point when others share its batch. */

import { button, el, say } from "./dom.js";
import { icon } from "./icons.js";
import { fixed, percent, short } from "./scales.js";
import { Strip } from "./strip.js";
import { DRAWS } from "./url.js";
import { NORMS } from "./words.js";

/** @import {ArmData, Run} from "./run.js" */
/** @import {Decoded, Palette, Place, View} from "./types.js" */

export class Mates {
  /** @param {(change: Partial<View>) => void} change */
  constructor(change) {
    this.change = change;
    this.toggle = button("Pin", () => this.pinMiddle(), { class: "plain pinning", "aria-label": "Pin a point", title: "Pin a point: ask what becomes of one point when others share its batch; or click into a picture" });
    this.title = el("h3");
    const other = button("", () => change({ mates: (this.draws + 1) % DRAWS }), { class: "plain", title: "Draw other batch mates for the pinned point; dropout and noise are off" });
    other.append(icon("again"), el("span", {}, "other mates"));
    this.loose = button("Unpin", () => change({ pin: null }), { class: "plain strong", title: "Let go of the point (Escape)" });
    this.knobs = { x: this.knob("x"), y: this.knob("y") };
    this.strip = new Strip();
    this.element = el(
      "section", { class: "panel mates", "aria-label": "Batch mates", hidden: true },
      el("header", {}, this.title, el("span", { class: "space" }), other, this.loose),
      el("div", { class: "knobs" }, this.knobs.x.element, this.knobs.y.element),
      this.strip.pane.element,
    );
    this.draws = 0;
    /** @type {Run | null} */ this.run = null;
    /** @type {Palette | null} */ this.palette = null;
    /** @type {Place | null} */ this.pin = null;
    /** @type {number[]} */ this.domain = [-1, 1, -1, 1];
    /** @type {Decoded | null} */ this.answer = null;
  }

  /** @param {"x" | "y"} axis */
  knob(axis) {
    const input = /** @type {HTMLInputElement} */ (el("input", { type: "range" }));
    const name = el("b");
    const value = el("output", {});
    input.addEventListener("input", () => this.pin && this.change({ pin: { ...this.pin, [axis]: Number(input.value) } }));
    return { element: el("label", { class: "knob" }, name, input, value), input, name, value };
  }

  /** The way in without a pointer. */
  pinMiddle() {
    const [x0, x1, y0, y1] = this.domain;
    this.change({ pin: { x: (x0 + x1) / 2, y: (y0 + y1) / 2 } });
    this.knobs.x.input.focus();
  }

  /**
   * @param {Run} run
   * @param {View} view
   * @param {Palette} palette
   */
  set(run, view, palette) {
    const held = this.element.contains(/** @type {ShadowRoot | Document} */ (this.element.getRootNode()).activeElement);
    Object.assign(this, { run, palette, pin: view.pin, draws: view.mates, domain: run.header.domain });
    this.element.hidden = view.pin === null;
    this.toggle.hidden = view.pin !== null;
    if (!view.pin) {
      this.answer = null;
      if (held) this.toggle.focus();
      return;
    }
    if (this.answer && this.answer.header.run !== run.header.run) this.answer = null;
    const [x0, x1, y0, y1] = run.header.domain;
    const pin = view.pin;
    say(this.title, "Batch mates");
    for (const [axis, low, high, feature] of /** @type {const} */ ([["x", x0, x1, 0], ["y", y0, y1, 1]])) {
      const { input, name, value } = this.knobs[axis];
      Object.assign(input, { min: String(low), max: String(high), step: String((high - low) / 200) });
      if (Math.abs(Number(input.value) - pin[axis]) > (high - low) / 400) input.value = String(pin[axis]);
      input.style.setProperty("--done", String((pin[axis] - low) / (high - low)));
      input.setAttribute("aria-label", `${run.header.feature_names[feature]} of the pinned point`);
      input.setAttribute("aria-valuetext", short(pin[axis]));
      say(name, run.header.feature_names[feature]);
      say(value, short(pin[axis]));
    }
    this.draw();
  }

  /**
   * What to ask for a frame.
   *
   * @param {Run} run
   * @param {View} view
   * @param {number} frame
   */
  question(run, view, frame) {
    return view.pin && { run: run.header.run, kind: "mates", frame, ...view.pin, draw: view.mates };
  }

  /** @param {Decoded} answer */
  hear(answer) {
    this.answer = answer;
    this.draw();
  }

  draw() {
    const { run, palette, answer } = this;
    if (run && palette && this.pin) this.strip.set(answer ? run.arms.map((arm) => ({ ...this.row(arm, answer), style: palette.arms[arm.index] })) : [], palette);
  }

  /**
   * What is known of one arm.
   *
   * @param {ArmData} arm
   * @param {Decoded} answer
   */
  row(arm, { header, arrays }) {
    const [logit, mean, sd, flips, own, share] = ["logit", "mean", "sd", "flips", "toward", "chance"].map((name) => header[name][arm.index] ?? NaN);
    const { quantity } = header;
    const toward = quantity === "prediction" ? null : quantity === "margin" ? own : 1;
    const free = header.draws[arm.index] === 1;
    const values = arrays[`a${arm.index}/logits`].data;
    const words = !Number.isFinite(logit) ? `no finite ${quantity}` : free
      ? `${quantity} ${fixed(logit, 2)}, whoever shares the batch`
      : `mates: ${quantity} ${fixed(mean, 2)} ± ${fixed(sd, 2)}${toward === null ? "" : `, flips ${percent(flips)}`}`;
    const chance = toward === null ? `${fixed(logit, 2)} in inference` : `${percent(quantity === "margin" ? share : 1 / (1 + Math.exp(-logit)))} class ${toward} in inference`;
    return { label: arm.header.label, words, chance, quantity, toward, logit, values, free };
  }

  /**
   * What batch mates do, in words, or nothing.
   *
   * @param {Run} run
   */
  sentence(run) {
    const { answer } = this;
    if (!answer || !this.pin) return "";
    const [x, y] = answer.header.place;
    const { class: kind, value, quantity } = answer.header;
    const what = kind !== null ? `A training point of class ${kind}` : value !== null ? `A training point of value ${short(value)}` : "A point";
    const told = run.arms.map((arm) => {
      const { chance, words, free, logit } = this.row(arm, answer);
      const why = arm.header.norm === "none" ? "nothing is normalised" : arm.header.config.freeze_statistics === "true" && arm.header.keeps ? "the statistics are frozen" : `${NORMS[arm.header.norm]} knows no batch`;
      if (free || !Number.isFinite(logit)) return `${arm.header.label} ${chance}, ${words}${Number.isFinite(logit) ? ` (${why})` : ""}`;
      const [count, size, mean, sd, flips] = ["draws", "batch", "mean", "sd", "flips"].map((name) => answer.header[name][arm.index] ?? NaN);
      return `${arm.header.label} ${chance}, and over ${count} random batches of ${size} its ${quantity} is ${fixed(mean, 2)} ± ${fixed(sd, 2)}${quantity === "prediction" ? "" : ` and its class flips in ${percent(flips)}`}`;
    });
    return `${what} at ${short(x)}, ${short(y)}: ${told.join("; ")}.`;
  }

  destroy() {
    this.strip.pane.destroy();
  }
}
