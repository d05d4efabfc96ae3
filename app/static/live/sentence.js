/** What is to be seen, in a sentence. */

/** @import {Run} from "./run.js" */
/** @import {Moment} from "./types.js" */
/** @typedef {ReturnType<typeof import("./layout.js").layout>} Parts */

/**
 * @param {Run} run
 * @param {Parts} parts what is asked of the moment speaks first
 * @param {Moment} moment
 */
export function sentenceOf(run, parts, moment) {
  const recorded = (/** @type {number} */ i) => {
    const arm = run.arms[i];
    const at = arm.frameEval[arm.at(moment).frame] * arm.runs + run.header.run_index;
    return { accuracy: arm.numbers("test_accuracy")[at], loss: arm.numbers("test_loss")[at] };
  };
  return parts.probe.sentence(recorded) || parts.mates.sentence(run) || parts.lens.sentence(run, recorded) || (run.header.sentences[moment.frame] ?? "");
}
