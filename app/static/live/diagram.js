/** The network in true order, alive: a click on a normalisation puts it in or takes it away. */

import { button, el } from "./dom.js";
import { outputNames } from "./targets.js";
import { LETTERS, NORMS, capital } from "./words.js";

/** @import {Run} from "./run.js" */
/** @import {View} from "./types.js" */

/** @type {Record<string, string>} */
const ACTIVATIONS = { relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid", linear: "linear" };

const FIXED = "Your teacher has fixed this.";
const OWN = "Each of these networks has a normalisation of its own, which the diagram does not change.";

/**
 * What the page is told of a click.
 *
 * @param {number} layer counted from 1
 * @param {boolean} on
 */
export const layerAct = (layer, on) => `layer:${layer}:${on ? "on" : "off"}`;

/**
 * What was clicked and is still to be told, by layer, counted from 0.
 *
 * @param {import("./teller.js").Item[]} items
 * @returns {Map<number, boolean>}
 */
export function wantedLayers(items) {
  const acts = items.flatMap((item) => ("act" in item ? [/^layer:(\d+):(on|off)$/.exec(item.act)] : []));
  return new Map(acts.flatMap((found) => (found ? [[Number(found[1]) - 1, found[2] === "on"]] : [])));
}

export class Diagram {
  /**
   * @param {(layer: number, on: boolean) => void} toggle counted from 1
   * @param {(change: Partial<View>) => void} change
   * @param {Map<number, boolean>} wanted as `wantedLayers` returns it: of a player before this one in the same place
   */
  constructor(toggle, change, wanted) {
    this.toggle = toggle;
    this.change = change;
    this.list = el("ol");
    this.element = el("nav", { class: "diagram", "aria-label": "Network" }, this.list);
    this.state = "";
    /** @type {boolean[]} by layer, the output last */ this.normalised = [];
    /** @type {string[]} */ this.locked = [];
    this.wanted = wanted; // by layer, what was clicked and has not come yet
    this.observer = new ResizeObserver(() => this.fade());
    this.observer.observe(this.element);
    this.element.addEventListener("scroll", () => this.fade(), { passive: true });
  }

  /** Shows that there is more to the left or right. */
  fade() {
    const { scrollLeft, scrollWidth, clientWidth } = this.element;
    this.element.classList.toggle("more-left", scrollLeft > 2);
    this.element.classList.toggle("more-right", scrollLeft + clientWidth < scrollWidth - 2);
  }

  /** Brings the chosen layer into sight, without moving the page. */
  reveal() {
    const chosen = /** @type {HTMLElement | null} */ (this.list.querySelector(".chosen"));
    if (!chosen) return;
    const { scrollLeft, clientWidth } = this.element;
    const from = chosen.offsetLeft - this.element.offsetLeft;
    const to = from + chosen.offsetWidth;
    if (from < scrollLeft) this.element.scrollLeft = from - 30;
    else if (to > scrollLeft + clientWidth) this.element.scrollLeft = to - clientWidth + 30;
  }

  /** Nothing that was clicked is awaited any more. */
  rest() {
    this.wanted.clear();
    for (const pill of this.list.querySelectorAll("[aria-busy]")) pill.removeAttribute("aria-busy");
  }

  destroy() {
    this.observer.disconnect();
  }

  /**
   * @param {Run} run
   * @param {View} view
   */
  set(run, view) {
    const arm = run.arms[run.header.diagram].header;
    const norm = arm.config.norm in LETTERS ? arm.config.norm : "batch";
    const last = outputNames(run.header);
    this.locked = run.header.locked ?? [];
    this.normalised = [...arm.layers.map((layer) => layer.normalised), Boolean(arm.output_normalised)];
    this.normalised.forEach((on, i) => this.wanted.get(i) === on && this.wanted.delete(i));
    const state = JSON.stringify([this.locked, last, norm, arm.hidden, arm.layers, arm.activation, arm.placement, arm.output_normalised, view.layer, run.header.feature_names]);
    if (state === this.state) return;
    this.state = state;
    const focused = /** @type {HTMLElement | null} */ (/** @type {ShadowRoot | Document} */ (this.list.getRootNode()).activeElement);
    const name = focused && this.list.contains(focused) ? focused.dataset.name : undefined;
    const scroll = this.element.scrollLeft;
    const inputs = el("li", { class: "stage" }, el("span", { class: "node" }, `Input ${run.header.feature_names.length}`));
    const hidden = arm.hidden.map((width, i) => this.stage(i, `Dense ${width}`, norm, ACTIVATIONS[arm.activation] ?? arm.activation, arm.placement, view.layer));
    const output = this.stage(arm.hidden.length, last.dense, norm, last.activation, "before", -1, true);
    this.list.replaceChildren(inputs, ...hidden, output);
    this.element.scrollLeft = scroll;
    this.reveal();
    this.fade();
    if (name) /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-name="${name}"]`))?.focus();
  }

  /**
   * @param {number} layer 0-based
   * @param {string} dense
   * @param {string} norm what it is, or would be normalised by
   * @param {string} activation
   * @param {string} placement
   * @param {number} chosen
   * @param {boolean} [output]
   */
  stage(layer, dense, norm, activation, placement, chosen, output = false) {
    const normalised = this.normalised[layer];
    const place = output ? "the output" : `layer ${layer + 1}`;
    const first = output
      ? el("span", { class: "node" }, dense)
      : button(dense, () => this.change({ layer }), { class: "node", "data-name": `dense${layer}`, "aria-pressed": String(layer === chosen), title: `Show ${place} below` });
    const pill = button(`${normalised ? "" : "+ "}${LETTERS[norm]}`, () => {
      const on = !(this.wanted.get(layer) ?? this.normalised[layer]); // a second click takes the first one back
      this.wanted.set(layer, on);
      pill.setAttribute("aria-busy", "true");
      this.toggle(layer + 1, on);
    }, {
      class: "node pill", "data-name": `bn${layer}`, "aria-pressed": String(normalised), "aria-label": `${capital(NORMS[norm])} of ${place}`,
      title: normalised ? `Take ${NORMS[norm]} of ${place} away` : `Put ${NORMS[norm]} into ${place}`,
    });
    if (this.wanted.has(layer)) pill.setAttribute("aria-busy", "true");
    const why = this.locked.includes(output ? "output" : "layers") ? FIXED : this.locked.includes("own") ? OWN : "";
    if (why) Object.assign(pill, { disabled: true, title: why });
    const act = el("span", { class: "node soft" }, activation);
    return el("li", { class: layer === chosen ? "stage chosen" : "stage" }, first, ...(placement === "after" ? [act, pill] : [pill, act]));
  }
}
