/** The player: one run, one moment, every picture of it. */

import { arrival } from "./arrival.js";
import { Asker } from "./asker.js";
import { Away } from "./away.js";
import { Clock } from "./clock.js";
import { accuracyContent, lossContent } from "./curves.js";
import { layerAct, wantedLayers } from "./diagram.js";
import { Follower } from "./follower.js";
import { press } from "./keys.js";
import { layout } from "./layout.js";
import { lastSpeed, leave, opening } from "./left.js";
import { Run } from "./run.js";
import { sentenceOf } from "./sentence.js";
import { nextStop, stops } from "./stage.js";
import { tellerOf, TOLD_AGAIN } from "./teller.js";
import { coloursOf, same } from "./theme.js";
import { defaultView, settle, writeView } from "./url.js";
import { say } from "./dom.js";

/** @import {View} from "./types.js" */

const LOST = "lost";
const OFFLINE = "No connection: what is shown can be played, and is of the settings before. What you change is done when the connection is back.";
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class Player {
  /**
   * @param {ParentNode & Node} parent
   * @param {string} css
   */
  constructor(parent, css) {
    /** @type {Run | null} */ this.run = null;
    /** @type {View} */ this.view = defaultView();
    /** @type {import("./arrival.js").Target | null} */ this.target = null;
    /** @type {string[]} */ this.problems = [];
    /** @type {import("./types.js").Palette | null} */ this.colours = null;
    this.asked = "";
    this.post = (/** @type {import("./teller.js").Message} */ _message) => {};
    this.teller = tellerOf("player"); // there is one
    /** @type {import("./teller.js").Mouth} */ this.mouth = { post: (message) => this.post(message), late: () => this.say() };
    this.clock = new Clock(() => this.draw());
    this.clock.smooth = !STILL.matches;
    this.clock.speed = lastSpeed();
    const lost = () => this.teller.tick(LOST);
    this.asker = new Asker((answer) => this.hear(answer), lost, (share) => this.follower.awaits || this.parts.progress.set(share));
    this.parts = layout(parent, css, {
      clock: this.clock,
      change: (change) => this.change(change),
      scrub: (epoch) => this.run && this.clock.go(this.run.positionOf(epoch)),
      toggle: (layer, on) => this.teller.act(layerAct(layer, on)),
      wanted: wantedLayers(this.teller.queue),
      seed: (run) => this.teller.act(`seed:${run}`),
      probed: () => this.draw(),
      address: () => this.address(),
      key: (event) => press(this, event),
      present: (on) => this.teller.act(`present:${on ? "on" : "off"}`),
      leap: (direction) => this.leap(direction),
      classLink: () => this.askForClass(),
      staged: () => this.change({}),
    });
    this.root = this.parts.root;
    this.away = new Away(() => this.say());
    this.path = location.pathname;
    this.follower = new Follower(this.parts.progress, (run) => this.take(run), lost);
  }

  /** @param {Uint8Array} bytes what the page says, or the same in another theme */
  update(bytes) {
    this.follower.hear(bytes);
    this.asker.at(this.follower.questions);
    if (this.follower.heard) this.teller.hear(this.follower.heard);
    if (this.teller.mouth !== this.mouth) this.teller.open(this.mouth);
    if (!this.teller.queue.length && !this.follower.awaits) this.parts.rest();
    if (this.run && !same(this.colours, coloursOf(this.root, this.run))) this.change({});
  }

  /** @param {import("./types.js").Decoded} decoded */
  take(decoded) {
    this.adopt(new Run(decoded));
    this.prepare();
    if (!this.teller.queue.length) this.parts.rest();
    this.draw();
  }

  /**
   * Takes a run's place in time; a first run plays once, unless it was left.
   *
   * @param {Run} run
   */
  adopt(run) {
    const { clock, run: before } = this;
    const first = before ? null : opening(location.search, run);
    if (first) Object.assign(this, { view: first.view, target: first.at === null ? null : { epoch: first.at, wishes: clock.wishes }, problems: first.problems });
    const { position, target } = arrival(run, before, clock, this.target);
    const plays = first && !first.again && this.target === null && !STILL.matches && run.last > 0;
    this.run = run;
    this.target = target;
    this.view = settle(this.view, run);
    if (!plays) clock.position = position;
    clock.extent(run.last, !run.header.complete);
    if (plays) clock.play();
  }

  /** Everything that stands still while time moves. */
  prepare() {
    const { run, view, parts } = this;
    if (!run) return;
    const colours = (this.colours = coloursOf(this.root, run));
    this.root.classList.toggle("dark", colours.dark);
    parts.surfaces(run.arms.length).forEach((surface) => surface.set(run, colours));
    parts.classButton.hidden = (run.header.locked ?? []).includes("class link");
    parts.diagram.set(run, view);
    parts.seeds.set(run);
    parts.lens.set(run, view);
    parts.mates.set(run, view, colours);
    parts.histogram.element.hidden = view.pin !== null;
    parts.lossChoice.set(["test", "train", "batch"].map((value) => ({ value, label: value })), view.loss);
    parts.logButton.setAttribute("aria-pressed", String(view.log));
    parts.accuracy.set(accuracyContent(run, colours), colours);
    parts.loss.set(lossContent(run, colours, view.loss, view.log), colours);
    parts.histogram.set(run, view, colours);
    parts.stats.set(run, view, colours);
    parts.timeline.set(run);
    this.say();
    Object.assign(this.root.dataset, {
      frames: run.frames, run: run.header.run, complete: run.header.complete, layer: view.layer + 1, signal: view.signal, lens: view.lens ?? run.recorded ?? "each",
      pinned: view.pin !== null,
    });
  }

  /** The head, with all that there is to say. @param {string[]} more */
  say(...more) {
    const { run, problems, teller } = this;
    const late = teller.late && teller.queue.some((item) => !("act" in item) || item.act !== LOST);
    if (run) this.parts.head(run, this.view, [...run.header.messages, ...problems, ...(this.away.yes ? [OFFLINE] : []), ...(late ? [TOLD_AGAIN] : []), ...more]);
  }

  /** The moment, on every picture. */
  draw() {
    const { run, parts, clock, view } = this;
    if (!run) return;
    const moment = run.moment(clock.shown);
    const arm = run.normalisedArm(view.layer, view.arm);
    if (clock.playing && parts.probe.open) parts.probe.close();
    parts.probe.set(run, view, arm ? arm.at({ ...moment, moving: false }).frame : 0);
    this.wonder(moment.frame);
    parts.surfaces(run.arms.length).forEach((surface, i) => surface.draw(moment, parts.probe.surface(i) ?? (view.pin ? null : parts.lens.surface(run, i)), view.pin));
    parts.accuracy.draw(moment.epoch);
    parts.loss.draw(moment.epoch);
    parts.histogram.draw(moment, parts.probe.histogram);
    parts.stats.draw(moment);
    parts.timeline.draw(moment, clock.playing ? clock.position : clock.shown);
    this.root.dataset.frame = String(moment.frame);
    this.root.dataset.playing = String(clock.playing);
    this.root.dataset.probe = String(parts.probe.active);
    parts.sentence.setAttribute("aria-live", clock.playing ? "off" : "polite");
    say(parts.sentence, sentenceOf(run, parts, moment));
    if (!clock.playing) this.describe();
  }

  /** The pictures in words, when they stand still. */
  describe() {
    const { run, parts, clock } = this;
    if (!run) return;
    const moment = run.moment(clock.shown);
    parts.surfaces(run.arms.length).forEach((surface) => surface.describe());
    parts.describeCurves(run, this.view, moment);
    parts.histogram.describe(moment);
    parts.stats.describe(moment);
    parts.timeline.describe(moment, run);
  }

  /**
   * Asks for what the probe, batch mates or the lens show of a frame, unless that is asked for already.
   *
   * @param {number} frame
   */
  wonder(frame) {
    const { run, view, parts } = this;
    if (!run) return;
    const question = parts.probe.active ? parts.probe.question(run) : (parts.mates.question(run, view, frame) ?? parts.lens.question(run, view, frame));
    const key = JSON.stringify(question);
    if (key === this.asked) return;
    this.asked = key;
    if (question) this.asker.ask(question);
    else this.asker.cancel();
  }

  /** @param {import("./types.js").Decoded} answer */
  hear(answer) {
    const { parts, run } = this;
    if (!run || answer.header.run !== run.header.run) return;
    if (answer.header.error) {
      this.say(answer.header.error);
      return;
    }
    if ("arm" in answer.header) parts.probe.answer = answer;
    else if ("place" in answer.header) parts.mates.hear(answer);
    else if (this.view.lens === answer.header.mode) parts.lens.answer = answer;
    this.say();
    this.draw();
  }

  /** @param {Partial<View>} change */
  change(change) {
    if (!this.run) return;
    this.view = settle({ ...this.view, ...change }, this.run);
    if (change.pin) this.parts.probe.close();
    this.prepare();
    this.draw();
  }

  /** The epoch shown; null at the end. */
  get epoch() {
    const { run, clock } = this;
    return !run || (clock.position >= run.last && run.header.complete) ? null : run.moment(clock.shown).epoch;
  }

  /** The address of this very picture. */
  address() {
    return this.run ? writeView(location.href, this.view, this.epoch, this.run.header.run_index) : location.href;
  }

  /**
   * To the next stop of the presentation, or the one before.
   *
   * @param {number} direction
   */
  leap(direction) {
    if (this.run) this.clock.go(nextStop(stops(this.run), this.clock.position, direction));
  }

  /** Asks the page for a class link to this very picture. */
  askForClass() {
    const view = [...new URL(this.address()).searchParams].filter(([name]) => name.startsWith("v."));
    this.teller.tell({ class: JSON.stringify(Object.fromEntries(view)) }, true);
  }

  destroy() {
    if (this.run) leave({ run: this.run.header.run, view: this.view, epoch: this.epoch, speed: this.clock.speed });
    this.clock.destroy();
    this.asker.destroy();
    this.teller.close(this.mouth);
    if (location.pathname !== this.path) this.teller.forget(); // else Streamlit draws it anew
    this.away.destroy();
    this.follower.stop();
    this.parts.destroy();
  }
}
