/** Medians and bands over seeds, evaluation by evaluation. */

/** @import {Numbers, Summary} from "./types.js" */

/**
 * The q-quantile of sorted numbers, linear between neighbours.
 *
 * @param {Float64Array} sorted
 * @param {number} q 0..1
 */
export function quantile(sorted, q) {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const share = position - below;
  const low = sorted[below];
  return share === 0 ? low : low + share * (sorted[below + 1] - low);
}

/**
 * @param {Numbers} data (E, R)
 * @param {number} runs R
 * @param {boolean} lossLike NaN stands for the worst, not for nothing: a diverged seed may not make an arm look better
 * @returns {Summary} NaN where the quantile itself falls on a diverged seed
 */
export function summarise(data, runs, lossLike) {
  const evals = data.length / runs;
  const median = new Float64Array(evals);
  const low = new Float64Array(evals);
  const high = new Float64Array(evals);
  const worst = lossLike ? Infinity : -Infinity;
  const row = new Float64Array(runs);
  for (let e = 0; e < evals; e += 1) {
    for (let r = 0; r < runs; r += 1) {
      const value = data[e * runs + r];
      row[r] = Number.isFinite(value) ? value : worst;
    }
    row.sort();
    median[e] = finite(quantile(row, 0.5));
    low[e] = finite(quantile(row, 0.1));
    high[e] = finite(quantile(row, 0.9));
  }
  return { median, low, high };
}

/** @param {number} value */
function finite(value) {
  return Number.isFinite(value) ? value : NaN;
}

/**
 * The last index whose time is not later than a moment; 0 if all are.
 *
 * @param {Numbers} times ascending
 * @param {number} moment
 */
export function indexAt(times, moment) {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= moment + 1e-6) low = middle;
    else high = middle - 1;
  }
  return low;
}
