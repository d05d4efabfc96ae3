/** The lens: see the network with its running statistics, or with those of one mini-batch. */

import { button, choice, el } from "./dom.js";
import { icon } from "./icons.js";
import { fixed, percent } from "./scales.js";

/** @import {Run} from "./run.js" */
/** @import {Decoded, View} from "./types.js" */
/** @import {Other} from "./surface.js" */

const MODES = [
  { value: "running", label: "running statistics", title: "Inference: normalise by the running mean and variance" },
  { value: "batch", label: "one mini-batch", title: "Normalise by the mean and variance of a single mini-batch, as in training" },
];

export class Lens {
  /** @param {(change: Partial<View>) => void} change */
  constructor(change) {
    this.modes = choice("Statistics to normalise by", (/** @type {string} */ lens) => change({ lens: lens === "batch" ? "batch" : "running" }));
    this.again = button("", () => change({ batch: (this.batch + 1) % 1000 }), { class: "plain", title: "Draw another mini-batch" });
    this.again.append(icon("again"), el("span", {}, "another batch"));
    this.element = el("div", { class: "lens" }, el("span", { class: "quiet" }, "seen with"), this.modes.element, this.again);
    this.batch = 0;
    /** @type {Decoded | null} */ this.answer = null;
  }

  /**
   * @param {Run} run
   * @param {View} view
   */
  set(run, view) {
    const on = run.arms.some((arm) => arm.header.role === "bn");
    this.batch = view.batch;
    this.modes.set(MODES.map((mode) => ({ ...mode, disabled: !on && mode.value === "batch" })), view.lens);
    this.again.hidden = view.lens !== "batch" || !on;
    if (this.answer && (this.answer.header.run !== run.header.run || view.lens === "running")) this.answer = null;
  }

  /**
   * What to ask for a frame.
   *
   * @param {Run} run
   * @param {View} view
   * @param {number} frame
   */
  question(run, view, frame) {
    return { run: run.header.run, kind: "lens", frame, batch: view.batch };
  }

  /**
   * The surface of an arm as the lens shows it; null for the recorded one.
   *
   * @param {Run} run
   * @param {number} arm
   * @returns {Other | null}
   */
  surface(run, arm) {
    const surface = this.answer?.arrays[`a${arm}/surface`];
    if (!this.answer || !surface || run.arms[arm].header.role !== "bn") return null;
    const { test_accuracy: test, train_accuracy: train } = this.answer.header;
    return { surface: surface.data, testAccuracy: test[arm] ?? NaN, trainAccuracy: train[arm] ?? NaN, tag: "one batch" };
  }

  /**
   * What the lens has to say, or nothing.
   *
   * @param {Run} run
   * @param {(arm: number) => {accuracy: number, loss: number}} recorded
   */
  sentence(run, recorded) {
    if (!this.answer) return "";
    const { label, test_accuracy: accuracy, test_loss: loss } = this.answer.header;
    const words = run.arms.map((arm, i) => {
      if (arm.header.role !== "bn") return `${arm.header.label}: it uses no statistics, nothing changes`;
      const was = recorded(i);
      return `${arm.header.label} test accuracy ${percent(was.accuracy)} → ${percent(accuracy[i] ?? NaN)}, loss ${fixed(was.loss, 3)} → ${fixed(loss[i] ?? NaN, 3)}`;
    });
    return `${label[0].toUpperCase()}${label.slice(1)}: ${words.join("; ")}.`;
  }
}
