/** The probe: gamma and beta of one unit, or of a whole layer, in the person's hand. */

import { button, choice, el, say } from "./dom.js";
import { fixed, nice } from "./scales.js";
import { scoreName, scoreText } from "./targets.js";

/** @import {ArmData, Run} from "./run.js" */
/** @import {Decoded, Probe as Tried, View} from "./types.js" */
/** @import {Other} from "./surface.js" */

export class Probe {
  /**
   * @param {() => void} changed
   * @param {(change: Partial<View>) => void} change
   */
  constructor(changed, change) {
    this.changed = changed;
    this.change = change;
    this.toggle = button("Probe γ, β", () => (this.open ? this.close() : this.show()), { class: "plain", "aria-expanded": "false", title: "Take γ and β of the chosen layer and unit into your own hand" });
    this.unitChoice = choice("Unit to probe", (/** @type {number} */ unit) => change({ unit: unit < 0 ? null : unit }), 0);
    this.armChoice = choice("Arm to probe", (/** @type {number} */ arm) => change({ arm }), 0);
    this.sliders = { gamma: this.slider("γ", "gamma"), beta: this.slider("β", "beta") };
    this.back = button("Put back", () => this.close(), { class: "plain strong", title: "Put the learned values back (Escape)" });
    this.bar = el("div", { class: "probe", hidden: true, role: "group", "aria-label": "Probe" }, this.armChoice.element, this.unitChoice.element, this.sliders.gamma.element, this.sliders.beta.element, this.back);
    this.open = false;
    this.target = "";
    /** @type {{arm: ArmData, layer: number, unit: number | null} | null} */ this.at = null;
    /** @type {ArmData[]} */ this.arms = [];
    /** @type {Decoded | null} */ this.answer = null;
    /** @type {import("./targets.js").Task} */ this.task = {};
  }

  /**
   * @param {string} letter
   * @param {"gamma" | "beta"} name
   */
  slider(letter, name) {
    const input = /** @type {HTMLInputElement} */ (el("input", { type: "range", step: 0.01, class: name }));
    const value = el("output", {});
    const learned = el("span", { class: "quiet learned" });
    const element = el("label", { class: "knob" }, el("b", { class: name }, letter), input, value, learned);
    input.addEventListener("input", () => this.moved(name));
    return { element, input, value, learned, touched: false };
  }

  get units() {
    return this.at?.unit === null ? "all units" : `unit ${(this.at?.unit ?? 0) + 1}`;
  }

  /** What is probed, in words. */
  get place() {
    if (!this.at) return "";
    const { arm, layer } = this.at;
    return `layer ${layer + 1}, ${this.units}${this.arms.length > 1 ? `, ${arm.header.label}` : ""}`;
  }

  show() {
    this.change({ pin: null }); // one question at a time
    this.open = true;
    this.update();
  }

  /** Back to what was learned. */
  close() {
    const was = this.open;
    this.open = false;
    this.answer = null;
    this.release();
    this.update();
    if (was) this.changed();
  }

  release() {
    this.sliders.gamma.touched = this.sliders.beta.touched = false;
  }

  /** Whether something is other than learned. */
  get active() {
    return this.open && (this.sliders.gamma.touched || this.sliders.beta.touched);
  }

  /**
   * @param {Run} run
   * @param {View} view
   * @param {number} frame of the arm that is probed
   */
  set(run, view, frame) {
    const arm = run.normalisedArm(view.layer, view.arm);
    const target = JSON.stringify([run.header.run, arm?.index, view.layer, view.unit]);
    this.toggle.disabled = !arm;
    if (target !== this.target) {
      this.target = target;
      this.release();
      this.answer = null;
    }
    this.arms = run.normalisedArms(view.layer);
    this.at = arm ? { arm, layer: view.layer, unit: view.unit } : null;
    if (!arm) this.open = false;
    this.frame = frame;
    this.task = run.header;
    this.update();
  }

  /** Writes places, limits and learned values. */
  update() {
    const { at, open } = this;
    this.bar.hidden = !open;
    this.toggle.hidden = open;
    this.toggle.setAttribute("aria-expanded", String(open));
    if (!at || !open) return;
    this.armChoice.set(this.arms.map(({ index, header }) => ({ value: index, label: header.short })), at.arm.index);
    this.armChoice.element.hidden = this.arms.length < 2;
    const units = Array.from({ length: at.arm.header.hidden[at.layer] ?? 1 }, (_, i) => ({ value: i, label: `unit ${i + 1}` }));
    this.unitChoice.set([{ value: -1, label: "all units" }, ...units], at.unit ?? -1);
    for (const name of /** @type {const} */ (["gamma", "beta"])) {
      const { input, value, learned, touched } = this.sliders[name];
      const known = this.learned(name);
      const all = Array.from(at.arm.numbers(`${name}${at.layer}`)).filter(Number.isFinite);
      const [low, high] = nice(Math.min(name === "gamma" ? -1 : -3, ...all), Math.max(3, ...all));
      input.min = String(low);
      input.max = String(high);
      if (!touched) input.value = String(known);
      const now = touched ? Number(input.value) : known;
      input.style.setProperty("--was", String((known - low) / (high - low)));
      input.style.setProperty("--done", String((Number(input.value) - low) / (high - low)));
      input.setAttribute("aria-label", `${name === "gamma" ? "γ" : "β"} of ${this.place}`);
      input.setAttribute("aria-valuetext", `${fixed(now, 2)}, learned ${fixed(known, 2)}`);
      say(value, fixed(now, 2));
      say(learned, `${at.unit === null ? "mean " : "was "}${fixed(known, 2)}`);
    }
  }

  /**
   * @param {"gamma" | "beta"} name
   */
  learned(name) {
    const { at, frame } = this;
    if (!at || frame === undefined) return 0;
    const array = `${name}${at.layer}`;
    return at.unit === null ? at.arm.mean(array, frame) : at.arm.value(array, frame, at.unit);
  }

  /** @param {"gamma" | "beta"} name */
  moved(name) {
    this.sliders[name].touched = true;
    this.update();
    this.changed();
  }

  /** @returns {Tried | null} */
  tried() {
    if (!this.at || !this.active) return null;
    const value = (/** @type {"gamma" | "beta"} */ name) => (this.sliders[name].touched ? Number(this.sliders[name].input.value) : null);
    return { arm: this.at.arm.index, layer: this.at.layer, unit: this.at.unit, gamma: value("gamma"), beta: value("beta") };
  }

  /**
   * What to ask at a frame.
   *
   * @param {Run} run
   */
  question(run) {
    return { run: run.header.run, kind: "probe", frame: this.frame, ...this.tried() };
  }

  /**
   * @param {number} arm
   * @returns {Other | null}
   */
  surface(arm) {
    if (!this.answer || !this.active || this.answer.header.arm !== arm) return null;
    const { test_accuracy: test, train_accuracy: train } = this.answer.header;
    return { surface: this.answer.arrays.surface.data, testAccuracy: test ?? NaN, trainAccuracy: train ?? NaN, tag: `probe: ${this.units}` };
  }

  /** The histogram of the probed arm, for the histogram panel. */
  get histogram() {
    if (!this.answer || !this.active) return null;
    return { arm: this.answer.header.arm, histogram: this.answer.arrays.histogram };
  }

  /**
   * @param {(arm: number) => {accuracy: number, loss: number}} recorded
   */
  sentence(recorded) {
    if (!this.answer || !this.active || !this.at) return "";
    const { test_accuracy: accuracy, test_loss: loss, arm } = this.answer.header;
    const was = recorded(arm);
    const values = (/** @type {const} */ (["gamma", "beta"])).filter((name) => this.sliders[name].touched)
      .map((name) => `${name === "gamma" ? "γ" : "β"} ${fixed(Number(this.sliders[name].input.value), 2)} (learned ${fixed(this.learned(name), 2)}${this.at?.unit === null ? " on average" : ""})`);
    return `Probe of ${this.place}: ${values.join(", ")}. Test ${scoreName(this.task)} ${scoreText(this.task, was.accuracy)} → ${scoreText(this.task, accuracy ?? NaN)}, loss ${fixed(was.loss, 3)} → ${fixed(loss ?? NaN, 3)}.`;
  }
}
