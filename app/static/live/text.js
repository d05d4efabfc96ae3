/** Text on a canvas that keeps to its place. */

/**
 * The text, shortened to a width, with an ellipsis where it was cut.
 *
 * @param {CanvasRenderingContext2D} context with its font set
 * @param {string} text
 * @param {number} width
 */
export function fit(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let cut = text;
  while (cut.length > 1 && context.measureText(`${cut}…`).width > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}

/**
 * The text in lines of a width at most, where words allow.
 *
 * @param {CanvasRenderingContext2D} context with its font set
 * @param {string} text
 * @param {number} width
 */
export function wrap(context, text, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * A few lines in the middle of a place.
 *
 * @param {CanvasRenderingContext2D} context with its font and colour set
 * @param {string} text
 * @param {import("./types.js").Rect} area
 */
export function centred(context, text, area) {
  const lines = wrap(context, text, area.right - area.left - 16);
  const middle = (area.top + area.bottom) / 2;
  context.textAlign = "center";
  context.textBaseline = "middle";
  lines.forEach((line, i) => context.fillText(line, (area.left + area.right) / 2, middle + 17 * (i - (lines.length - 1) / 2)));
  return lines.length * 17;
}

/**
 * Moves labels apart so that none covers another, each as near to its own place as can be.
 *
 * @param {number[]} places wanted middles
 * @param {number} gap least distance
 * @param {number} low least place
 * @param {number} high greatest place
 */
export function spread(places, gap, low, high) {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b] || a - b);
  const moved = order.map((i) => Math.min(high, Math.max(low, places[i])));
  for (let pass = 0; pass < 2; pass += 1) {
    for (let k = 1; k < moved.length; k += 1) moved[k] = Math.max(moved[k], moved[k - 1] + gap);
    const over = moved.length ? moved[moved.length - 1] - high : 0;
    if (over > 0) moved[moved.length - 1] = high;
    for (let k = moved.length - 2; k >= 0; k -= 1) moved[k] = Math.min(moved[k], moved[k + 1] - gap);
  }
  const result = Array.from(places);
  order.forEach((i, k) => {
    result[i] = moved[k];
  });
  return result;
}
