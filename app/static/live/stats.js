/** Three views of what normalisation does inside: gamma and beta, running against batch statistics, gradients. */

import { LayerPlot } from "./layerplot.js";
import { choice, el, say } from "./dom.js";
import { epochText, short } from "./scales.js";
import { TimePlot } from "./timeplot.js";
import { NORMS, capital } from "./words.js";
import { gradientContent, unitContent, unitText } from "./traces.js";

/** @import {ArmData, Run} from "./run.js" */
/** @import {Moment, Palette, View} from "./types.js" */

export const TABS = [
  { value: "affine", label: "γ, β", title: "Learned scale and shift" },
  { value: "statistics", label: "running", title: "Running against mini-batch statistics" },
  { value: "gradients", label: "gradients", title: "Gradient norms, layer by layer" },
];

const NONE = "This layer is not normalised: it has no γ, no β and no running statistics.";
const OWN = "each point is normalised by its own units, in training and in inference alike.";

export class StatsPanel {
  /**
   * @param {(epoch: number) => void} scrub
   * @param {(change: Partial<View>) => void} change
   */
  constructor(scrub, change) {
    this.tabs = choice("Statistics", (/** @type {string} */ tab) => change({ tab }));
    this.title = el("h3");
    this.unitChoice = choice("Unit", (/** @type {number} */ unit) => change({ unit: unit < 0 ? null : unit }), 0);
    this.armChoice = choice("Arm", (/** @type {number} */ arm) => change({ arm }), 0);
    this.captions = [el("div", { class: "caption" }), el("div", { class: "caption" })];
    this.plots = [new TimePlot("stat", scrub), new TimePlot("stat", scrub)];
    this.layers = new LayerPlot();
    this.cells = this.captions.map((caption, i) => el("div", { class: "cell" }, caption, this.plots[i].element));
    this.cells[1].append(this.layers.element);
    this.cellRow = el("div", { class: "cells" }, ...this.cells);
    this.note = el("p", { class: "nothing", hidden: true }, NONE);
    this.element = el(
      "section", { class: "panel stats", "aria-label": "Statistics" },
      el("header", {}, this.title, this.armChoice.element, this.unitChoice.element, el("span", { class: "space" }), this.tabs.element),
      this.cellRow, this.note,
    );
    this.tab = "affine";
  }

  /**
   * @param {Run} run
   * @param {View} view
   * @param {Palette} palette
   */
  set(run, view, palette) {
    this.run = run;
    this.view = view;
    this.tab = view.tab;
    this.tabs.set(TABS, view.tab);
    const gradients = view.tab === "gradients";
    const kept = view.tab === "statistics";
    const arms = run.normalisedArms(view.layer);
    const arm = run.normalisedArm(view.layer, view.arm);
    const place = view.layer < run.depth ? `layer ${view.layer + 1}` : "output layer";
    say(this.title, `${place[0].toUpperCase()}${place.slice(1)}`);
    this.armChoice.set(arms.map(({ index, header }) => ({ value: index, label: header.short })), arm?.index ?? 0);
    this.armChoice.element.hidden = gradients || arms.length < 2;
    this.element.classList.toggle("crowded", !this.armChoice.element.hidden);
    const units = Array.from({ length: arm ? run.units(view.layer, view.arm) : 0 }, (_, i) => ({ value: i, label: `unit ${i + 1}` }));
    this.unitChoice.set([{ value: -1, label: "all units" }, ...units], view.unit ?? -1);
    const shown = arm !== null && !(kept && !arm.header.keeps);
    this.unitChoice.element.hidden = gradients || !shown;
    this.cellRow.hidden = !gradients && !shown;
    say(this.note, arm ? `${capital(NORMS[arm.header.norm])} keeps no running statistics: ${OWN}` : NONE);
    this.note.hidden = !this.cellRow.hidden;
    this.plots[1].element.hidden = gradients;
    this.layers.element.hidden = !gradients;
    this.layers.set(run, palette, view.layer);
    if (gradients) {
      this.caption("gradient norm over epochs", "every layer, at this moment");
      this.plots[0].set(gradientContent(run, palette, view.layer), palette);
      return;
    }
    if (!arm || !shown) return;
    if (view.tab === "affine") this.caption("γ scale over epochs", "β shift over epochs");
    else this.caption(`mean — ${words(arm).kept} • ${words(arm).batch}`, "variance");
    this.contents(run, arm, view, palette).forEach((content, i) => this.plots[i].set(content, palette));
  }

  /**
   * @param {string} first
   * @param {string} second
   */
  caption(first, second) {
    say(this.captions[0], first);
    say(this.captions[1], second);
  }

  /**
   * @param {Run} run
   * @param {ArmData} arm
   * @param {View} view
   * @param {Palette} palette
   */
  contents(run, arm, view, palette) {
    const make = (/** @type {import("./traces.js").Series[]} */ series, /** @type {boolean} */ spread) =>
      unitContent(run, palette, arm, view.layer, view.unit, series, spread);
    if (view.tab === "affine") {
      return [
        make([{ name: "gamma", label: "γ", colour: palette.gamma, text: palette.gammaText, dots: false }], false),
        make([{ name: "beta", label: "β", colour: palette.beta, text: palette.betaText, dots: false }], false),
      ];
    }
    const style = palette.arms[arm.index];
    return ["mean", "var"].map((what) =>
      make([
        { name: `batch_${what}`, label: `${words(arm).batch} ●`, colour: palette.muted, text: palette.muted, dots: true },
        { name: `running_${what}`, label: `${words(arm).kept} —`, colour: style.stroke, text: style.text, dots: false },
      ], what === "var"),
    );
  }

  /** @param {Moment} moment */
  draw(moment) {
    this.plots[0].draw(moment.epoch);
    if (this.tab === "gradients") this.layers.draw(moment);
    else this.plots[1].draw(moment.epoch);
  }

  /** @param {Moment} moment */
  describe(moment) {
    const { run, view } = this;
    if (!run || !view) return;
    this.layers.describe(moment);
    const when = `layer ${view.layer + 1}, epoch ${epochText(moment.epoch)}`;
    if (view.tab === "gradients") {
      const words = run.arms.map((arm) => {
        const at = Math.min(view.layer, arm.shape("gradient_norm")[1] - 1);
        return `${arm.header.label} ${short(arm.value("gradient_norm", arm.at({ ...moment, moving: false }).frame, at))}`;
      });
      this.plots[0].describe(`Gradient norm, ${when}: ${words.join(", ")}`);
      return;
    }
    const arm = run.normalisedArm(view.layer, view.arm);
    if (!arm || this.cellRow.hidden) return;
    const whose = run.normalisedArms(view.layer).length > 1 ? `${arm.header.label}: ` : "";
    const { frame } = arm.at({ ...moment, moving: false });
    const names = view.tab === "affine" ? [["gamma"], ["beta"]] : [["running_mean", "batch_mean"], ["running_var", "batch_var"]];
    names.forEach((group, i) => {
      const words = group.map((name) => `${name.replace("_", " ")} ${unitText(arm, `${name}${view.layer}`, frame, view.unit)}`);
      this.plots[i].describe(`${whose}${words.join(", ")}; ${when}${view.unit === null ? "" : `, unit ${view.unit + 1}`}`);
    });
  }

  destroy() {
    for (const plot of [...this.plots, this.layers]) plot.destroy();
  }
}

/**
 * What the two kinds of statistics of an arm are.
 *
 * @param {ArmData} arm
 */
function words({ header: { norm, config } }) {
  if (config.freeze_statistics === "true") return { kept: "frozen", batch: "used in training" };
  return {
    kept: config.inference === "exact" ? "running, unused" : "running",
    batch: norm === "ghost" ? "virtual batches" : "batch",
  };
}
