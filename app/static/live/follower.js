/** Fetches a run from where the page says it is, and what it has grown to, until it is whole. */

import { decode } from "./decode.js";
import { GONE, pause, RETRY } from "./pause.js";

/** @import {Decoded} from "./types.js" */

export class Follower {
  /**
   * @param {import("./progress.js").Progress} progress
   * @param {(run: Decoded) => void} take gets what has come
   * @param {() => void} lost asks the page what has become of a run that its address does not give any more
   */
  constructor(progress, take, lost) {
    this.progress = progress;
    this.take = take;
    this.lost = lost;
    /** @type {Uint8Array | null} What the page said last. */ this.said = null;
    this.coming = ""; // the tag of the run that is awaited
    this.whole = ""; // of the whole run that is shown
    this.questions = ""; // where to ask about it
    /** @type {import("./teller.js").Heard | undefined} */ this.heard = undefined; // how far the page has heard what was told
    this.control = new AbortController();
  }

  /** @param {Uint8Array} bytes a run, or where it is; the same again says nothing new */
  hear(bytes) {
    if (bytes === this.said) return;
    this.said = bytes;
    this.stop();
    const said = decode(bytes);
    this.questions = said.header.questions ?? "";
    this.heard = said.header.heard;
    if (said.header.kind !== "awaited") {
      this.coming = "";
      this.show(said);
      return;
    }
    this.coming = said.header.tag;
    if (!this.awaits) this.progress.set(1);
    else {
      this.progress.wait();
      this.control = new AbortController();
      this.follow(said.header.address, this.control.signal);
    }
  }

  /** Whether the page has told of a run that is not whole here yet. */
  get awaits() {
    return this.coming !== this.whole;
  }

  stop() {
    this.control.abort();
  }

  /** @param {Decoded} run @returns {boolean} whether it is whole */
  show(run) {
    const { complete, trained, epochs } = run.header;
    this.take(run);
    this.whole = complete ? this.coming : "";
    this.progress.set(complete ? 1 : trained / epochs);
    return complete;
  }

  /**
   * @param {string} address
   * @param {AbortSignal} signal
   */
  async follow(address, signal) {
    let failures = 0;
    let refusals = 0;
    while (!signal.aborted) {
      const found = await this.fetch(address, signal);
      if (signal.aborted) return;
      if (found === "gone") {
        await pause(GONE, refusals, signal);
        if (!signal.aborted) this.lost();
        refusals += 1;
      } else if (found === "failed") {
        await pause(RETRY, failures, signal);
        failures += 1;
      } else if (found !== "nothing new") {
        if (this.show(found)) return;
        failures = refusals = 0;
      }
    }
  }

  /**
   * @param {string} address
   * @param {AbortSignal} signal
   * @returns {Promise<Decoded | "nothing new" | "gone" | "failed">}
   */
  async fetch(address, signal) {
    try {
      const answer = await fetch(new URL(address, location.href), { signal, cache: "no-store" });
      if (answer.status === 204) return "nothing new";
      if (!answer.ok) return "failed";
      const run = decode(new Uint8Array(await answer.arrayBuffer())); // not the page of somebody on the way, nor cut short
      return run.header.kind === "gone" ? "gone" : run;
    } catch {
      return "failed";
    }
  }
}
