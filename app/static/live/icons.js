/** Small pictures on buttons. */

const PATHS = {
  play: "M5 3.2v9.6L13 8z",
  pause: "M4.5 3h2.6v10H4.5zM8.9 3h2.6v10H8.9z",
  back: "M3.5 3h2v10h-2zM12.5 3v10L6 8z",
  forward: "M10.5 3h2v10h-2zM3.5 3v10L10 8z",
  before: "M9.8 3.6 5.4 8l4.4 4.4",
  after: "M6.2 3.6 10.6 8l-4.4 4.4",
  link: "M6.6 9.4a2.3 2.3 0 0 0 3.3 0l2.4-2.4a2.3 2.3 0 0 0-3.3-3.3l-.9.9M9.4 6.6a2.3 2.3 0 0 0-3.3 0L3.7 9a2.3 2.3 0 0 0 3.3 3.3l.9-.9",
  class: "M6 7.4a2.1 2.1 0 1 0 0-4.2 2.1 2.1 0 0 0 0 4.2zM2.2 13c.2-2.4 1.6-3.8 3.8-3.8s3.6 1.4 3.8 3.8M10.4 7.2a1.8 1.8 0 1 0-.4-3.5M11.2 9.3c1.6.2 2.5 1.4 2.6 3.2",
  screen: "M2 3h12v8H2zM8 11v2.4M5.4 13.4h5.2",
  close: "M4 4l8 8M12 4l-8 8",
  save: "M8 2.6v7.2M5 7l3 3 3-3M3 13h10",
  enlarge: "M9.6 2.8h3.6v3.6M6.4 13.2H2.8V9.6M13.2 2.8 9 7M2.8 13.2 7 9",
  again: "M12.6 6.2A5 5 0 1 0 13 8.9M13.2 3.2v3.2H10",
};
const LINES = new Set(["before", "after", "link", "again", "class", "screen", "close", "save", "enlarge"]);
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
