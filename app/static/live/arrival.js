/** Where the moment stands when a run comes, or more of one. */

/** @import {Run} from "./run.js" */
/** @import {Clock} from "./clock.js" */
/** @typedef {{epoch: number, wishes: number}} Target an epoch to show as soon as it is trained, unless another is wished for meanwhile */

/**
 * The end stays the end; any other moment stays the same epoch, and is waited for until the run is whole.
 *
 * @param {Run} run what has come
 * @param {Run | null} before what was shown
 * @param {Pick<Clock, "position" | "playing" | "wishes">} clock
 * @param {Target | null} target
 * @returns {{position: number, target: Target | null}}
 */
export function arrival(run, before, clock, target) {
  const { complete } = run.header;
  const { position, playing, wishes } = clock;
  let wished = target?.wishes === wishes ? target : null;
  const atEnd = before === null || (!playing && position >= before.last);
  const epoch = before ? before.moment(position).epoch : 0;
  if (!atEnd && !playing && !complete) wished ??= { epoch, wishes };
  if (wished) return { position: run.positionOf(wished.epoch), target: complete ? null : wished };
  if (atEnd) return { position: run.last, target: null };
  const share = playing ? position - Math.floor(position) : 0;
  return { position: Math.min(run.last, run.positionOf(epoch) + share), target: null };
}
