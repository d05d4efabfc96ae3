/** A decoded run, with what the panels ask of it. */

import { indexAt, summarise } from "./quantiles.js";

/** @import {Decoded, Lens, Moment, Numbers, RunHeader, ArmHeader, Summary} from "./types.js" */

/** One arm of a run. */
export class ArmData {
  /**
   * @param {ArmHeader} header
   * @param {number} index
   * @param {Decoded["arrays"]} arrays
   */
  constructor(header, index, arrays) {
    this.header = header;
    this.index = index;
    this.arrays = arrays;
    this.frames = header.frames;
    this.frameEpoch = this.numbers("frame_epoch");
    this.frameEval = this.numbers("frame_eval");
    this.evalEpoch = this.numbers("eval_epoch");
    this.finite = this.numbers("finite");
    /** @type {Map<string, Summary>} */
    this.summaries = new Map();
  }

  /** @param {string} name */
  has(name) {
    return `a${this.index}/${name}` in this.arrays;
  }

  /**
   * @param {string} name
   * @returns {Numbers}
   */
  numbers(name) {
    const array = this.arrays[`a${this.index}/${name}`];
    if (!array) throw new Error(`run.a${this.index}/${name}: must be in the data; got nothing. Reload the page.`);
    return array.data;
  }

  /** @param {string} name */
  shape(name) {
    return this.arrays[`a${this.index}/${name}`].shape;
  }

  /** Seeds. */
  get runs() {
    return this.shape("test_loss")[1];
  }

  /**
   * @param {string} name a curve, (E, R)
   * @returns {Summary}
   */
  summary(name) {
    let summary = this.summaries.get(name);
    if (!summary) {
      summary = summarise(this.numbers(name), this.runs, name.endsWith("loss"));
      this.summaries.set(name, summary);
    }
    return summary;
  }

  /**
   * The frame on the screen at a moment, the one after it, and the share of the way between them.
   *
   * @param {Moment} moment
   */
  at(moment) {
    const frame = indexAt(this.frameEpoch, moment.epoch);
    const next = Math.min(frame + 1, this.frames - 1);
    if (!moment.moving || next === frame || !this.finite[next]) return { frame, next: frame, share: 0 };
    const share = (moment.epoch - this.frameEpoch[frame]) / (this.frameEpoch[next] - this.frameEpoch[frame]);
    return { frame, next, share: Math.min(1, Math.max(0, share)) };
  }

  /**
   * The counts of one histogram, or null where the arm has no such signal.
   *
   * @param {number} frame
   * @param {number} layer
   * @param {string} signal
   */
  histogram(frame, layer, signal) {
    const k = this.header.layers[layer]?.signals.indexOf(signal) ?? -1;
    if (k < 0) return null;
    const [, layers, signals, bins] = this.shape("histogram");
    const start = ((frame * layers + layer) * signals + k) * bins;
    return this.numbers("histogram").subarray(start, start + bins);
  }

  /**
   * One number of a frame-wise array (F, C).
   *
   * @param {string} name
   * @param {number} frame
   * @param {number} unit
   */
  value(name, frame, unit) {
    return this.numbers(name)[frame * this.shape(name)[1] + unit];
  }

  /**
   * The mean over the units of a frame-wise array (F, C).
   *
   * @param {string} name
   * @param {number} frame
   */
  mean(name, frame) {
    const units = this.shape(name)[1];
    let sum = 0;
    for (let u = 0; u < units; u += 1) sum += this.value(name, frame, u);
    return sum / units;
  }
}

/** All arms of an experiment, as far as they are trained. */
export class Run {
  /** @param {Decoded} decoded */
  constructor({ header, arrays }) {
    /** @type {RunHeader} */
    this.header = header;
    this.arrays = arrays;
    this.arms = this.header.arms.map((arm, i) => new ArmData(arm, i, arrays));
    /** The arm whose frames are the moments. */
    this.lead = this.arms[this.header.lead];
    this.frames = this.lead.frames;
    this.last = this.frames - 1;
  }

  /** Signals of a layer that any arm has, in the order of the arm that has most. */
  /** @param {number} layer */
  signals(layer) {
    const lists = this.arms.map((arm) => arm.header.layers[layer]?.signals ?? []);
    const longest = lists.reduce((a, b) => (b.length > a.length ? b : a), []);
    return [...longest, ...new Set(lists.flat().filter((s) => !longest.includes(s)))];
  }

  /** Hidden layers of the deepest arm. */
  get depth() {
    return Math.max(...this.arms.map((arm) => arm.header.layers.length));
  }

  /** Whether any arm keeps running statistics. */
  get keeps() {
    return this.arms.some((arm) => arm.header.keeps);
  }

  /** Whose statistics the recorded pictures are made with: null where arms differ in it, or none keeps any. */
  /** @returns {Lens | null} */
  get recorded() {
    const used = new Set(this.arms.filter((arm) => arm.header.keeps).map((arm) => arm.header.config.inference));
    return used.size !== 1 ? null : used.has("exact") ? "exact" : "running";
  }

  /**
   * The arms in which a layer is normalised.
   *
   * @param {number} layer
   */
  normalisedArms(layer) {
    return this.arms.filter((arm) => arm.has(`gamma${layer}`));
  }

  /**
   * The arm that was chosen, if a layer is normalised in it; else the first in which it is.
   *
   * @param {number} layer
   * @param {number | null} chosen
   */
  normalisedArm(layer, chosen) {
    const arms = this.normalisedArms(layer);
    return arms.find((arm) => arm.index === chosen) ?? arms[0] ?? null;
  }

  /**
   * Units of a layer, in the arm that was chosen.
   *
   * @param {number} layer
   * @param {number | null} chosen
   */
  units(layer, chosen) {
    const arm = this.normalisedArm(layer, chosen) ?? this.arms[0];
    return arm.header.hidden[layer] ?? 1;
  }

  /**
   * @param {number} position a frame of the leading arm, or a place between two
   * @returns {Moment}
   */
  moment(position) {
    const times = this.lead.frameEpoch;
    const frame = Math.min(this.last, Math.max(0, Math.floor(position + 1e-6)));
    const share = position - frame;
    const moving = share > 1e-6 && frame < this.last;
    const epoch = moving ? times[frame] + share * (times[frame + 1] - times[frame]) : times[frame];
    return { frame, epoch, moving };
  }

  /**
   * The position of an epoch, exact on a frame when it is within half a step of one.
   *
   * @param {number} epoch
   */
  positionOf(epoch) {
    const times = this.lead.frameEpoch;
    const frame = indexAt(times, epoch);
    const nearer = frame < this.last && times[frame + 1] - epoch < epoch - times[frame];
    return nearer ? frame + 1 : frame;
  }
}
