/** What a run is about: two classes, several, or a value; and how its score, loss and output are called. */

import { fixed, percent, short } from "./scales.js";

/** @import {RunHeader} from "./types.js" */

/** @typedef {Pick<RunHeader, "task" | "score" | "n_classes">} Task */

/** @param {Task} task */
export const scoreName = ({ score }) => (score === "R2" ? "R²" : "accuracy");

/**
 * A score: an accuracy in percent, R² as a number.
 *
 * @param {Task} task
 * @param {number} value
 * @param {number} [decimals] of a percentage
 */
export function scoreText({ score }, value, decimals = 0) {
  if (score !== "R2") return percent(value, decimals);
  return Math.abs(value) < 10 ? fixed(value, 2) : short(value, 2);
}

/** @param {Task} task */
export const lossName = ({ task }) => (task === "regression" ? "squared error" : "cross-entropy");

/**
 * The last two nodes of the network.
 *
 * @param {Task} task
 */
export function outputNames({ task, n_classes: classes }) {
  if (task === "classes") return { dense: `Dense ${classes}`, activation: "softmax" };
  return { dense: "Dense 1", activation: task === "regression" ? "linear" : "sigmoid" };
}
