/** Whose pictures are shown: one seed of all that were trained, and the way to its neighbours. */

import { button, el, say } from "./dom.js";
import { icon } from "./icons.js";

/** @import {Run} from "./run.js" */

const ALONE = "There is one seed only; choose more of them to see others";

export class SeedChoice {
  /** @param {(run: number) => void} choose by position, from 0 */
  constructor(choose) {
    this.choose = choose;
    this.back = button("", () => this.step(-1), { class: "round" });
    this.forward = button("", () => this.step(1), { class: "round" });
    this.back.append(icon("before"));
    this.forward.append(icon("after"));
    this.words = el("span", { class: "seed", "aria-live": "polite" });
    this.element = el("div", { class: "seeds", role: "group", "aria-label": "Seed of the pictures" },
      el("span", { class: "quiet" }, "pictures of"), this.back, this.words, this.forward);
    /** @type {Run | null} */ this.run = null;
    this.wanted = 0;
  }

  /** @param {Run} run */
  set(run) {
    if (run === this.run) return;
    this.run = run;
    const { seed, seeds, run_index: index } = run.header;
    this.wanted = index;
    this.element.removeAttribute("aria-busy");
    const alone = seeds.length === 1;
    say(this.words, alone ? `seed ${seed} alone` : `seed ${seed}, ${index + 1} of ${seeds.length}`);
    for (const [part, name, key] of /** @type {const} */ ([[this.back, "Seed before", "p"], [this.forward, "Next seed", "n"]])) {
      part.disabled = alone;
      part.setAttribute("aria-label", alone ? `${name}: ${ALONE}` : name);
      part.title = alone ? ALONE : `${name} (${key})`;
    }
  }

  /** Nothing that was clicked is awaited any more. */
  rest() {
    this.wanted = this.run?.header.run_index ?? 0;
    this.element.removeAttribute("aria-busy");
  }

  /**
   * Asks for a neighbour; after the last comes the first. Another click before the answer goes one further.
   *
   * @param {number} by
   */
  step(by) {
    const count = this.run?.header.seeds.length ?? 1;
    if (count === 1) return;
    this.wanted = (this.wanted + by + count) % count;
    this.element.setAttribute("aria-busy", "true");
    this.choose(this.wanted);
  }
}
