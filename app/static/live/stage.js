/** A presentation: the player large and alone, led by a clicker. */

import { button, choice, el } from "./dom.js";
import { icon } from "./icons.js";

/** @import {Run} from "./run.js" */

/** The room, in CSS pixels, for which the presentation is laid out: it is enlarged until it fills the screen. */
const ROOM = { width: 1000, height: 562 };
const NARROW = 760;
const LARGEST = 4;
/** What a clicker may send beside its two arrows: the key that blackens a slide. */
const IGNORED = [".", "b", "B"];

/**
 * @typedef {object} Acts
 * @property {(on: boolean) => void} ask tells the page
 * @property {(direction: number) => void} leap to the next stop, or the one before
 * @property {(event: KeyboardEvent) => void} key what the player does with a key
 * @property {() => void} changed
 */

export class Stage {
  /**
   * @param {HTMLElement} root
   * @param {Acts} acts
   */
  constructor(root, acts) {
    this.root = root;
    this.acts = acts;
    this.on = false;
    this.side = "curves";
    this.enter = button("", () => this.leave(true), { class: "plain only-icon", "aria-label": "Present", title: "Present: large and alone, led by arrow keys or a clicker" });
    this.enter.append(icon("screen"));
    this.exit = button("", () => this.leave(false), { class: "plain only-icon", "aria-label": "Leave the presentation", title: "Leave the presentation (Escape)" });
    this.exit.append(icon("close"));
    this.choice = choice("Shown beside the pictures", (/** @type {string} */ side) => this.show(side));
    this.element = el("div", { class: "stage-bar" }, this.choice.element, this.enter, this.exit);
    this.press = (/** @type {KeyboardEvent} */ event) => this.key(event);
    this.back = () => this.set(asked(location.search));
    this.resize = () => this.fit();
    window.addEventListener("keydown", this.press);
    window.addEventListener("popstate", this.back);
    window.addEventListener("resize", this.resize);
    this.show(this.side);
    this.set(asked(location.search));
  }

  /** @param {boolean} on */
  leave(on) {
    this.acts.ask(on);
    this.set(on);
    if (on) this.root.focus({ preventScroll: true });
    else this.enter.focus({ preventScroll: true });
  }

  /** @param {boolean} on */
  set(on) {
    this.on = on;
    this.root.classList.toggle("presenting", on);
    this.enter.hidden = on;
    this.exit.hidden = this.choice.element.hidden = !on;
    this.fit();
    this.acts.changed();
  }

  /** Fills the screen; a narrow one is scrolled as ever. */
  fit() {
    const { innerWidth, innerHeight } = window;
    const wide = innerWidth >= NARROW && innerHeight >= ROOM.height / 2;
    const zoom = wide ? Math.min(LARGEST, Math.max(0.6, Math.min(innerWidth / ROOM.width, innerHeight / ROOM.height))) : 1;
    this.root.style.setProperty("--zoom", this.on ? zoom.toFixed(3) : "1");
  }

  /** @param {string} side what stands beside the surfaces */
  show(side) {
    this.side = side;
    this.root.dataset.side = side;
    this.choice.set([
      { value: "curves", label: "Curves" },
      { value: "histograms", label: "Histograms" },
      { value: "statistics", label: "Statistics" },
    ], side);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const path = event.composedPath();
    if (!path.includes(this.root) && path[0] !== document.body) return;
    if (!this.on) {
      if (path[0] === document.body) this.acts.key(event); // nothing has the focus
      return;
    }
    if (event.key === "PageDown") this.acts.leap(1);
    else if (event.key === "PageUp") this.acts.leap(-1);
    else if (event.key === "Escape") this.leave(false);
    else if (!IGNORED.includes(event.key)) {
      if (path[0] === document.body) this.acts.key(event);
      return;
    }
    event.preventDefault();
  }

  destroy() {
    window.removeEventListener("keydown", this.press);
    window.removeEventListener("popstate", this.back);
    window.removeEventListener("resize", this.resize);
  }
}

/**
 * Whether an address asks for a presentation.
 *
 * @param {string} search
 */
export function asked(search) {
  return ["true", "1"].includes((new URLSearchParams(search).get("present") ?? "").trim().toLowerCase());
}

/**
 * The frames at which something is to be said: the start, where each arm's median first reaches the threshold, the end.
 *
 * @param {Run} run
 * @returns {number[]} in order
 */
export function stops(run) {
  const firsts = run.arms.map((arm) => {
    const { median } = arm.summary("test_accuracy");
    const at = median.findIndex((score) => score >= run.header.threshold);
    return at < 0 ? 0 : run.positionOf(arm.evalEpoch[at]);
  });
  return [...new Set([0, ...firsts, run.last])].sort((a, b) => a - b);
}

/**
 * The next stop in a direction; the place itself where there is none.
 *
 * @param {number[]} places in order
 * @param {number} position
 * @param {number} direction 1 or -1
 */
export function nextStop(places, position, direction) {
  const further = places.filter((place) => (place - position) * direction > 1e-6);
  return (direction > 0 ? further[0] : further[further.length - 1]) ?? position;
}
