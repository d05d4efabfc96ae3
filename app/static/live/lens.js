/** The lens: see the network with its running statistics, those of one mini-batch, or exact ones of the training set. */

import { button, choice, el, say } from "./dom.js";
import { icon } from "./icons.js";
import { fixed } from "./scales.js";
import { scoreName, scoreText } from "./targets.js";
import { DRAWS } from "./url.js";
import { NORMS, capital } from "./words.js";

/** @import {Run} from "./run.js" */
/** @import {Decoded, Lens as Mode, View} from "./types.js" */
/** @import {Other} from "./surface.js" */

/** @type {{value: Mode, label: string, title: string}[]} */
const MODES = [
  { value: "running", label: "running", title: "Normalise by the running mean and variance" },
  { value: "batch", label: "one mini-batch", title: "Normalise by the mean and variance of a single mini-batch, as in training" },
  { value: "exact", label: "exact", title: "Normalise by the mean and variance of the whole training set (precise BN)" },
];
/** @type {{value: null, label: string, title: string}} */
const EACH = { value: null, label: "each its own", title: "Normalise each arm by what its own inference uses" };
const TAGS = { batch: "batch", exact: "exact", running: "running" };

export class Lens {
  /** @param {(change: Partial<View>) => void} change */
  constructor(change) {
    this.modes = choice("Statistics to normalise by", (/** @type {Mode | null} */ lens) => change({ lens }));
    this.again = button("", () => change({ batch: (this.batch + 1) % DRAWS }), { class: "plain", "aria-label": "another batch", title: "Draw another mini-batch" });
    this.again.append(icon("again"));
    this.words = el("span", { class: "quiet" });
    this.element = el("div", { class: "lens" }, this.words, this.modes.element, this.again);
    this.batch = 0;
    /** @type {Decoded | null} */ this.answer = null;
  }

  /**
   * @param {Run} run
   * @param {View} view
   */
  set(run, view) {
    const on = run.keeps;
    const wanted = on ? view.lens : null;
    this.batch = view.batch;
    this.modes.element.hidden = !on;
    this.words.classList.toggle("needed", !on);
    say(this.words, on ? "statistics" : nothing(run));
    this.modes.set(run.recorded === null ? [EACH, ...MODES] : MODES, view.lens ?? run.recorded);
    this.again.hidden = wanted !== "batch";
    if (this.answer && (this.answer.header.run !== run.header.run || this.answer.header.mode !== wanted)) this.answer = null;
  }

  /**
   * What to ask for a frame; null while the record is shown.
   *
   * @param {Run} run
   * @param {View} view
   * @param {number} frame
   */
  question(run, view, frame) {
    const mode = run.keeps ? view.lens : null;
    return mode && { run: run.header.run, kind: "lens", frame, mode, batch: mode === "batch" ? view.batch : 0 };
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
    if (!this.answer || !surface || !run.arms[arm].header.keeps) return null;
    const { test_accuracy: test, train_accuracy: train, mode } = this.answer.header;
    return { surface: surface.data, testAccuracy: test[arm] ?? NaN, trainAccuracy: train[arm] ?? NaN, tag: TAGS[/** @type {Mode} */ (mode)] };
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
      if (!arm.header.keeps) return `${arm.header.label}: it uses no statistics of a batch, nothing changes`;
      const was = recorded(i);
      return `${arm.header.label} test ${scoreName(run.header)} ${scoreText(run.header, was.accuracy)} → ${scoreText(run.header, accuracy[i] ?? NaN)}, loss ${fixed(was.loss, 3)} → ${fixed(loss[i] ?? NaN, 3)}`;
    });
    return `${capital(label)}: ${words.join("; ")}.`;
  }
}

/**
 * Why there is nothing to choose.
 *
 * @param {Run} run
 */
function nothing(run) {
  const norms = [...new Set(run.arms.map((arm) => arm.header.norm).filter((norm) => norm !== "none"))];
  return norms.length ? `no statistics to choose: ${norms.map((norm) => NORMS[norm]).join(" and ")} ${norms.length > 1 ? "keep" : "keeps"} none` : "no statistics: nothing is normalised";
}
