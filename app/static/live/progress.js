/** A thin line above the player: how far a run is, or that one is awaited. */

import { el } from "./dom.js";

const QUIET = 300; // ms before it says that something is awaited

export class Progress {
  constructor() {
    this.bar = el("span");
    this.element = el("div", { class: "progress", role: "progressbar", "aria-label": "Training", "aria-valuemin": 0, "aria-valuemax": 100, hidden: true }, this.bar);
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
  }

  /** A run is awaited of which nothing is known yet. */
  wait() {
    this.destroy();
    this.timer = setTimeout(() => {
      this.element.hidden = false;
      this.element.classList.add("unknown");
      this.element.removeAttribute("aria-valuenow");
    }, QUIET);
  }

  /** @param {number} share 0 to 1; at 1 there is nothing to say */
  set(share) {
    this.destroy();
    this.element.hidden = share >= 1;
    this.element.classList.remove("unknown");
    this.element.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    this.bar.style.width = `${100 * share}%`;
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
