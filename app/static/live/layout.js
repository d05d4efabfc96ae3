/** Where everything stands. */

import { CopyLink } from "./copylink.js";
import { MANY_SEEDS } from "./curves.js";
import { Diagram } from "./diagram.js";
import { button, choice, el, say } from "./dom.js";
import { HistogramPanel } from "./histogram.js";
import { icon } from "./icons.js";
import { Lens } from "./lens.js";
import { Mates } from "./mates.js";
import { Probe } from "./probe.js";
import { Progress } from "./progress.js";
import { indexAt } from "./quantiles.js";
import { epochText, fixed } from "./scales.js";
import { SeedChoice } from "./seeds.js";
import { Stage } from "./stage.js";
import { StatsPanel } from "./stats.js";
import { SurfacePanel } from "./surface.js";
import { lossName, scoreName, scoreText } from "./targets.js";
import { Timeline } from "./timeline.js";
import { TimePlot } from "./timeplot.js";

/** @import {Clock} from "./clock.js" */
/** @import {Run} from "./run.js" */
/** @import {Moment, View} from "./types.js" */

/**
 * @typedef {object} Acts
 * @property {Clock} clock
 * @property {(change: Partial<View>) => void} change
 * @property {(epoch: number) => void} scrub
 * @property {(layer: number, on: boolean) => void} toggle
 * @property {Map<number, boolean>} wanted
 * @property {(run: number) => void} seed
 * @property {() => void} probed
 * @property {() => string} address
 * @property {(event: KeyboardEvent) => void} key
 * @property {(on: boolean) => void} present
 * @property {(direction: number) => void} leap
 * @property {() => void} classLink
 * @property {() => void} staged
 */

/**
 * Builds the player within a parent.
 *
 * @param {ParentNode & Node} parent
 * @param {string} css
 * @param {Acts} acts
 */
export function layout(parent, css, acts) {
  const headline = el("h2");
  const messages = el("div", { class: "messages", role: "status", hidden: true });
  const copy = new CopyLink(acts.address);
  const classButton = button("", acts.classLink, { class: "plain", title: "Make a link for a class: what students see and may change" });
  classButton.append(icon("class"), el("span", {}, "Class link"));
  const bar = el("div", { class: "head-bar" }, copy.element, classButton);
  const diagram = new Diagram(acts.toggle, acts.change, acts.wanted);
  const seeds = new SeedChoice(acts.seed);
  const lens = new Lens(acts.change);
  const probe = new Probe(acts.probed, acts.change);
  const mates = new Mates(acts.change);
  const pictures = el("div", { class: "surfaces" });
  const accuracy = new TimePlot("curve", acts.scrub);
  const loss = new TimePlot("curve", acts.scrub);
  const lossChoice = choice("Loss of", (/** @type {string} */ value) => acts.change({ loss: value }));
  const logButton = button("log", () => acts.change({ log: logButton.getAttribute("aria-pressed") !== "true" }), { class: "segment alone", "aria-pressed": "false", title: "Logarithmic axis" });
  const histogram = new HistogramPanel(acts.change);
  const stats = new StatsPanel(acts.scrub, acts.change);
  const timeline = new Timeline(acts.clock);
  const progress = new Progress();
  const sentence = el("p", { class: "sentence", "aria-live": "off" });
  const band = el("span", { class: "quiet cut" });
  const keptButton = button("", () => acts.change({ kept: keptButton.getAttribute("aria-pressed") !== "true" }), { class: "segment alone end", "aria-pressed": "false" });
  const panel = (/** @type {string} */ title, /** @type {HTMLElement} */ plot, /** @type {HTMLElement[]} */ ...tools) =>
    el("section", { class: "panel", "aria-label": title }, el("header", {}, el("h3", {}, title), ...tools), plot);
  const scored = panel("Test accuracy", accuracy.element, band, keptButton);
  const lossWords = el("span", { class: "quiet cut" });
  const seen = el("section", { class: "panel pictures", "aria-label": "Decision surfaces" }, pictures, el("div", { class: "tools" }, lens.element, el("span", { class: "pair" }, mates.toggle, probe.toggle), probe.bar));
  const root = el(
    "div", { class: "player", tabindex: 0, role: "group", "aria-label": "Training, played" },
    progress.element,
    el("div", { class: "layout" },
      el("div", { class: "top" }, el("div", { class: "head" }, headline, bar), messages),
      el("div", { class: "network" }, diagram.element, seeds.element),
      seen,
      el("div", { class: "curves" },
        scored,
        panel("Loss", loss.element, lossWords, lossChoice.element, el("span", { class: "space" }), logButton)),
      histogram.element,
      mates.element,
      stats.element,
      sentence,
      timeline.element,
    ),
  );
  root.addEventListener("keydown", acts.key);
  const stage = new Stage(root, { ask: acts.present, leap: acts.leap, key: acts.key, changed: acts.staged });
  bar.append(stage.element);
  parent.append(el("style", {}, css), root);
  /** @type {SurfacePanel[]} */
  const shown = [];

  return {
    root, sentence, classButton, diagram, seeds, lens, probe, mates, accuracy, loss, lossChoice, logButton, histogram, stats, timeline, progress,

    /**
     * One panel an arm.
     *
     * @param {number} count
     */
    surfaces(count) {
      while (shown.length > count) {
        const gone = shown.pop();
        gone?.element.remove();
        gone?.destroy();
      }
      while (shown.length < count) {
        const panel = new SurfacePanel(shown.length, (pin) => acts.change({ pin }));
        shown.push(panel);
        pictures.append(panel.element);
      }
      pictures.style.setProperty("--arms", String(count));
      pictures.style.setProperty("--arms-narrow", String(Math.min(2, count)));
      return shown;
    },

    /**
     * @param {Run} run
     * @param {View} view
     * @param {string[]} said
     */
    head(run, view, said) {
      const { runs } = run.arms[0];
      const { kept, epochs } = run.header;
      const title = `Test ${scoreName(run.header)}`;
      scored.setAttribute("aria-label", title);
      say(/** @type {Element} */ (scored.querySelector("h3")), title);
      seen.setAttribute("aria-label", run.header.surface_kind === "value" ? "Predictions" : "Decision surfaces");
      say(lossWords, lossName(run.header));
      say(headline, (view.kept && kept.headline) || run.header.headline);
      say(keptButton, `kept for ${kept.epochs} epochs`);
      keptButton.setAttribute("aria-pressed", String(view.kept && kept.headline !== ""));
      keptButton.disabled = !kept.headline;
      keptButton.title = kept.headline
        ? `Count ${scoreText(run.header, run.header.threshold)} in the headline only where it is kept for ${kept.epochs} epochs in a row, not the first time`
        : `The run has ${epochText(epochs)} epochs only`;
      say(band, runs === 1 ? `seed ${run.header.seed} alone` : runs < MANY_SEEDS ? `median of ${runs} seeds` : "median, 10–90 %");
      messages.hidden = said.length === 0;
      if (messages.children.length !== said.length) messages.replaceChildren(...said.map(() => el("p")));
      said.forEach((text, i) => say(messages.children[i], text));
    },

    /**
     * @param {Run} run
     * @param {View} view
     * @param {Moment} moment
     */
    describeCurves(run, view, moment) {
      const values = (/** @type {string} */ name, /** @type {(v: number) => string} */ format) =>
        run.arms.map((arm) => `${arm.header.label} ${format(arm.summary(name).median[indexAt(arm.evalEpoch, moment.epoch)])}`).join(", ") + shown(name, format);
      const shown = (/** @type {string} */ name, /** @type {(v: number) => string} */ format) =>
        run.arms[0].runs === 1 ? "" : `; of seed ${run.header.seed}, whose pictures are shown: ${run.arms.map((arm) => `${arm.header.label} ${format(arm.numbers(name)[indexAt(arm.evalEpoch, moment.epoch) * arm.runs + run.header.run_index])}`).join(", ")}`;
      const when = `at epoch ${epochText(moment.epoch)}`;
      accuracy.describe(`Median test ${scoreName(run.header)} ${when}: ${values("test_accuracy", (v) => scoreText(run.header, v, 1))}`);
      loss.describe(`Median ${view.loss} loss ${when}: ${values(`${view.loss}_loss`, (v) => fixed(v, 3))}`);
    },

    /** Nothing is awaited: what was clicked has come, or is as it was. */
    rest() {
      for (const part of [diagram, seeds]) part.rest();
    },

    destroy() {
      for (const part of [accuracy, loss, histogram, stats, copy, diagram, mates, stage, progress, ...shown]) part.destroy();
    },
  };
}
