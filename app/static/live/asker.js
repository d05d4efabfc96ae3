/** Questions about the run that is shown: one in flight, the newest waits. */

import { decode } from "./decode.js";
import { BUSY, GONE, pause, RETRY } from "./pause.js";

/** @import {Decoded} from "./types.js" */

/** Milliseconds after which an answer is not waited for any more. */
const PATIENCE = 20000;

const PAUSES = { gone: GONE, failed: RETRY, busy: BUSY };

export class Asker {
  /**
   * @param {(answer: Decoded) => void} answered
   * @param {() => void} lost asks the page where to ask: the address is none any more
   * @param {(share: number) => void} trained is told how far a run is that is trained again for a question, 1 where none is
   */
  constructor(answered, lost, trained) {
    this.answered = answered;
    this.lost = lost;
    this.trained = trained;
    this.address = "";
    /** @type {Record<string, unknown> | null} */ this.waiting = null;
    /** @type {Record<string, unknown> | null} What another address may answer. */ this.refused = null;
    this.wished = 0; // counts what was asked and taken back
    this.flying = false;
    this.moved = new AbortController();
  }

  /** @param {string} address where questions go from now on; none where nobody answers */
  at(address) {
    if (address === this.address) return;
    this.address = address;
    this.moved.abort();
    this.moved = new AbortController();
    this.waiting ??= this.refused;
    this.refused = null;
    this.send();
  }

  /** @param {Record<string, unknown>} question */
  ask(question) {
    this.wished += 1;
    this.waiting = question;
    this.refused = null;
    this.send();
  }

  /** Forgets what waits; an answer on its way is not delivered. */
  cancel() {
    this.wished += 1;
    this.waiting = this.refused = null;
  }

  async send() {
    if (this.flying || !this.waiting || !this.address) return;
    this.flying = true;
    const failures = { gone: 0, failed: 0, busy: 0 };
    while (this.waiting && this.address) {
      const { waiting: question, wished, moved } = this;
      this.waiting = null;
      const found = await this.fetch(question);
      if (found !== "busy") this.trained(1);
      if (found === "gone" || found === "failed" || found === "busy") {
        if (wished === this.wished) this.waiting = question;
        await pause(PAUSES[found], failures[found], moved.signal);
        if (found === "gone" && this.waiting && !moved.signal.aborted) this.lost();
        failures[found] += 1;
        continue;
      }
      Object.assign(failures, { gone: 0, failed: 0, busy: 0 });
      if (found === "refused") {
        if (wished === this.wished && moved === this.moved) this.refused = question;
        else if (wished === this.wished) this.waiting = question;
      } else if (wished === this.wished || this.waiting) this.answered(found);
    }
    this.flying = false;
    this.trained(1);
  }

  /**
   * @param {Record<string, unknown>} question
   * @returns {Promise<Decoded | "refused" | "gone" | "failed" | "busy">}
   */
  async fetch(question) {
    try {
      const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question), signal: AbortSignal.timeout(PATIENCE) };
      const answer = await fetch(new URL(this.address, location.href), asked);
      if (answer.status === 204 || (answer.status >= 400 && answer.status < 500)) return "refused"; // of another run, or none of ours
      if (!answer.ok) return "failed";
      const found = decode(new Uint8Array(await answer.arrayBuffer()));
      if (found.header.kind === "gone") return "gone";
      if (found.header.kind === "busy") {
        this.trained(found.header.progress);
        return "busy"; // an earlier question is still answered, or the run is trained again
      }
      return found.header.kind === "answer" ? found : "failed";
    } catch {
      return "failed";
    }
  }

  destroy() {
    this.cancel();
    this.address = "";
    this.moved.abort();
  }
}
