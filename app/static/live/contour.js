/** The line where a surface crosses a level, by marching squares, and the edges between cells of several classes. */

/** @import {Numbers} from "./types.js" */

/**
 * @param {Numbers} values (size, size), row by row
 * @param {number} size
 * @param {number} level
 * @returns {number[]} segments, x0 y0 x1 y1 in turn, in cells from the first value's middle
 */
export function contour(values, size, level) {
  /** @type {number[]} */
  const segments = [];
  for (let y = 0; y < size - 1; y += 1) {
    for (let x = 0; x < size - 1; x += 1) {
      const i = y * size + x;
      const a = values[i] - level;
      const b = values[i + 1] - level;
      const c = values[i + size + 1] - level;
      const d = values[i + size] - level;
      const shape = (a >= 0 ? 1 : 0) | (b >= 0 ? 2 : 0) | (c >= 0 ? 4 : 0) | (d >= 0 ? 8 : 0);
      if (shape === 0 || shape === 15) continue;
      const bottom = [x + a / (a - b), y];
      const right = [x + 1, y + b / (b - c)];
      const top = [x + d / (d - c), y + 1];
      const left = [x, y + a / (a - d)];
      if (shape === 5 || shape === 10) {
        const joined = a + b + c + d >= 0 === (shape === 5);
        segments.push(...(joined ? bottom : left), ...(joined ? right : bottom), ...(joined ? left : top), ...(joined ? top : right));
        continue;
      }
      const ends = [];
      if (a >= 0 !== b >= 0) ends.push(bottom);
      if (b >= 0 !== c >= 0) ends.push(right);
      if (d >= 0 !== c >= 0) ends.push(top);
      if (a >= 0 !== d >= 0) ends.push(left);
      segments.push(...ends[0], ...ends[1]);
    }
  }
  return segments;
}

/**
 * The edges between neighbouring cells of other classes.
 *
 * @param {Numbers} values (size, size), row by row; the class in the upper three bits
 * @param {number} size
 * @returns {number[]} segments, x0 y0 x1 y1 in turn, in cells from the first value's middle
 */
export function borders(values, size) {
  /** @type {number[]} */
  const segments = [];
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const kind = values[y * size + x] >> 5;
      if (x + 1 < size && values[y * size + x + 1] >> 5 !== kind) segments.push(x + 0.5, y - 0.5, x + 0.5, y + 0.5);
      if (y + 1 < size && values[(y + 1) * size + x] >> 5 !== kind) segments.push(x - 0.5, y + 0.5, x + 0.5, y + 0.5);
    }
  }
  return segments;
}
