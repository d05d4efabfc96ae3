/** Small pictures on buttons. */

const PATHS = {
  play: "M5 3.2v9.6L13 8z",
  pause: "M4.5 3h2.6v10H4.5zM8.9 3h2.6v10H8.9z",
  back: "M3.5 3h2v10h-2zM12.5 3v10L6 8z",
  forward: "M10.5 3h2v10h-2zM3.5 3v10L10 8z",
  before: "M9.8 3.6 5.4 8l4.4 4.4",
  after: "M6.2 3.6 10.6 8l-4.4 4.4",
  link: "M6.6 9.4a2.3 2.3 0 0 0 3.3 0l2.4-2.4a2.3 2.3 0 0 0-3.3-3.3l-.9.9M9.4 6.6a2.3 2.3 0 0 0-3.3 0L3.7 9a2.3 2.3 0 0 0 3.3 3.3l.9-.9",
  again: "M12.6 6.2A5 5 0 1 0 13 8.9M13.2 3.2v3.2H10",
};
const LINES = new Set(["before", "after", "link", "again"]);
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {keyof typeof PATHS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", LINES.has(name) ? "icon lines" : "icon");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
