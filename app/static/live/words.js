/** What normalisers are called. */

/** Letters that fit on a pill of the network diagram. */
/** @type {Record<string, string>} */
export const LETTERS = { batch: "BN", layer: "LN", group: "GN", renorm: "RN", ghost: "Ghost", noisy: "Noisy" };

/** @type {Record<string, string>} */
export const NORMS = {
  batch: "batch normalization",
  layer: "layer normalization",
  group: "group normalization",
  renorm: "batch renormalization",
  ghost: "ghost batch normalization",
  noisy: "noisy batch normalization",
  none: "no normalization",
};

/** @param {string} text */
export function capital(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
