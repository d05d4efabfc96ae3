/** The one timeline under all pictures. */

import { SPEEDS } from "./clock.js";
import { button, choice, el, say } from "./dom.js";
import { icon } from "./icons.js";
import { indexAt } from "./quantiles.js";
import { epochText, linearTicks } from "./scales.js";

/** @import {Clock} from "./clock.js" */
/** @import {Run} from "./run.js" */
/** @import {Moment, Numbers} from "./types.js" */

/** Share of the track that two labels must be apart. */
const CLOSEST = 0.05;

export class Timeline {
  /** @param {Clock} clock */
  constructor(clock) {
    this.clock = clock;
    this.icons = { play: icon("play"), pause: icon("pause") };
    this.playButton = button("", () => (clock.playing ? clock.pause() : clock.play()), { class: "round primary", "aria-label": "Play" });
    this.playButton.append(this.icons.play);
    const back = button("", () => clock.step(-1), { class: "round", "aria-label": "One frame back", title: "One frame back (←)" });
    const forward = button("", () => clock.step(1), { class: "round", "aria-label": "One frame on", title: "One frame on (→)" });
    back.append(icon("back"));
    forward.append(icon("forward"));
    this.range = /** @type {HTMLInputElement} */ (el("input", { type: "range", min: 0, max: 1, step: "any", value: 0, "aria-label": "Moment in the training" }));
    this.range.addEventListener("input", () => clock.go(Number(this.range.value)));
    this.ticks = el("div", { class: "ticks", "aria-hidden": "true" });
    this.reach = el("div", { class: "reach" }, this.range, this.ticks);
    this.rest = el("div", { class: "rest", title: "still training" });
    this.epoch = el("span", { class: "now" });
    this.total = el("span", { class: "total" });
    this.speed = choice("Speed", (/** @type {number} */ speed) => {
      clock.speed = speed;
      this.setSpeed();
    }, 0);
    this.element = el(
      "div", { class: "timeline", role: "group", "aria-label": "Timeline" },
      el("div", { class: "transport" }, back, this.playButton, forward),
      el("div", { class: "track" }, this.reach, this.rest),
      el("div", { class: "epoch" }, this.epoch, this.total),
      this.speed.element,
    );
    this.setSpeed();
    this.playing = false;
    this.marks = "";
  }

  setSpeed() {
    this.speed.set(SPEEDS.map((value) => ({ value, label: `${value}×` })), this.clock.speed);
  }

  /** @param {Run} run */
  set(run) {
    const { complete, trained, epochs } = run.header;
    const times = run.lead.frameEpoch;
    this.times = times;
    this.range.max = String(Math.max(1, run.last));
    this.range.disabled = run.last < 1;
    const share = complete ? 1 : Math.max(0.12, trained / epochs);
    this.reach.style.flexGrow = String(share);
    this.rest.style.flexGrow = String(1 - share);
    this.rest.hidden = share >= 1;
    this.longest = Math.max(...Array.from(times, (t) => epochText(t).length));
    this.epoch.style.minWidth = `${this.longest}ch`;
    say(this.total, ` of ${epochText(epochs)}`);
    const marks = tickPlaces(times, run.last, CLOSEST / share);
    const key = JSON.stringify([marks, run.last]);
    if (key === this.marks) return;
    this.marks = key;
    this.ticks.replaceChildren(...marks.map(({ at, text }) => {
      const tick = el("span", {}, text);
      tick.style.setProperty("--at", String(at));
      return tick;
    }));
  }

  /**
   * @param {Moment} moment
   * @param {number} position
   */
  draw(moment, position) {
    const { playing } = this.clock;
    this.range.value = String(position);
    this.range.style.setProperty("--done", String(position / Number(this.range.max)));
    if (this.times) say(this.epoch, epochText(this.times[moment.frame]));
    if (playing !== this.playing) {
      this.playing = playing;
      this.playButton.replaceChildren(playing ? this.icons.pause : this.icons.play);
      this.playButton.setAttribute("aria-label", playing ? "Pause" : "Play");
      this.playButton.title = `${playing ? "Pause" : "Play"} (space)`;
    }
  }

  /**
   * @param {Moment} moment
   * @param {Run} run
   */
  describe(moment, run) {
    this.range.setAttribute("aria-valuetext", `epoch ${epochText(moment.epoch)} of ${epochText(run.header.epochs)}, frame ${moment.frame + 1} of ${run.frames}`);
  }
}

/**
 * Round epochs and where they stand on the track, far enough apart to be read; the track counts frames, not epochs.
 *
 * @param {Numbers} times of the frames
 * @param {number} last
 * @param {number} [closest] two labels, as a share of the track
 * @returns {{at: number, text: string}[]} places 0..1
 */
export function tickPlaces(times, last, closest = CLOSEST) {
  const end = times[last];
  if (!(end > 0)) return [{ at: 0, text: "0" }];
  const place = (/** @type {number} */ epoch) => {
    const frame = indexAt(times, epoch);
    const share = frame < last ? (epoch - times[frame]) / (times[frame + 1] - times[frame]) : 0;
    return (frame + Math.max(0, share)) / last;
  };
  const wanted = new Set([0, ...linearTicks([0, end], 6), 1, 10, 5, 2, 20, 50]);
  /** @type {{at: number, text: string}[]} */
  const marks = [];
  for (const epoch of wanted) {
    const at = place(epoch);
    if (epoch <= end && marks.every((mark) => Math.abs(mark.at - at) > closest)) marks.push({ at, text: epochText(epoch) });
  }
  return marks;
}
