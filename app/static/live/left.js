/** What was looked at when the Playground was left: kept by this document alone, for the next player in it. */

import { readView } from "./url.js";

/** @import {Run} from "./run.js" */
/** @import {View} from "./types.js" */
/** @typedef {{run: string, view: View, epoch: number | null, speed: number}} Left the epoch is null at the end of the run */

/** @type {Left | null} */
let left = null;

/** @param {Left} moment */
export function leave(moment) {
  left = moment;
}

/** How many times as fast as usual was played. */
export function lastSpeed() {
  return left?.speed ?? 1;
}

/**
 * With what a new player begins: what was left, or what the address says where nothing was.
 *
 * @param {string} search
 * @param {Run} run
 * @returns {{view: View, at: number | null, problems: string[], again: boolean}} again: the run is the one that was left
 */
export function opening(search, run) {
  if (!left) return { ...readView(search, run), again: false };
  const again = left.run === run.header.run;
  return { view: left.view, at: again ? left.epoch : null, problems: [], again };
}
