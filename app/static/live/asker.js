/** Questions to the server through the channel: one in flight, the newest waits, late answers are told by their id. */

/** @import {Decoded} from "./types.js" */

/** Player and channel are two components of one page; this is where they meet, whoever comes first. */
class Bus extends EventTarget {
  /** @type {Record<string, unknown> | null} The question that nobody has answered yet. */ open = null;
}

export const bus = new Bus();

const PATIENCE = 20000;

export class Asker {
  /** @param {(answer: Decoded) => void} answered */
  constructor(answered) {
    this.answered = answered;
    this.id = Math.floor(Math.random() * 1e9); // a page may hold answers to a player that is gone
    /** @type {Record<string, unknown> | null} */ this.flying = null;
    /** @type {Record<string, unknown> | null} */ this.waiting = null;
    this.timer = 0;
    this.hear = (/** @type {Event} */ event) => this.receive(/** @type {CustomEvent<Decoded>} */ (event).detail);
    bus.addEventListener("answer", this.hear);
  }

  /** @param {Record<string, unknown>} question without its id */
  ask(question) {
    this.id += 1;
    this.waiting = { id: this.id, ...question };
    if (!this.flying) this.send();
  }

  /** Forgets what waits; an answer on its way is not delivered. */
  cancel() {
    this.waiting = null;
    this.id += 1;
  }

  send() {
    clearTimeout(this.timer);
    this.flying = this.waiting;
    this.waiting = null;
    bus.open = this.flying;
    if (!this.flying) return;
    this.timer = setTimeout(() => this.send(), PATIENCE);
    bus.dispatchEvent(new CustomEvent("ask", { detail: this.flying }));
  }

  /** @param {Decoded} answer */
  receive(answer) {
    if (!this.flying || answer.header.id !== this.flying.id || answer.header.run !== this.flying.run) return;
    const newest = answer.header.id === this.id || this.waiting !== null;
    this.send();
    if (newest) this.answered(answer);
  }

  destroy() {
    clearTimeout(this.timer);
    if (bus.open === this.flying) bus.open = null;
    bus.removeEventListener("answer", this.hear);
  }
}
