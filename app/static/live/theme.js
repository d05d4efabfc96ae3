/** Every colour of the player: the page's own from Streamlit's variables, the roles' from one table. */

/** @import {Palette, ArmStyle} from "./types.js" */

const ROLES = {
  light: {
    bn: { stroke: "#009E73", text: "#00704F", dash: [] },
    none: { stroke: "#85749E", text: "#665782", dash: [6, 3] },
    others: [
      { stroke: "#96286F", text: "#7A1E5A", dash: [2, 2] },
      { stroke: "#8C6A2F", text: "#74561F", dash: [8, 3, 2, 3] },
    ],
    gamma: { stroke: "#D55E00", text: "#AD4B00" },
    beta: { stroke: "#3E9CD2", text: "#1F75A8" },
    warn: "#9A4B00",
  },
  dark: {
    bn: { stroke: "#1FBF90", text: "#45D3A9", dash: [] },
    none: { stroke: "#A99BC4", text: "#BFB3D6", dash: [6, 3] },
    others: [
      { stroke: "#D03C94", text: "#E850AC", dash: [2, 2] },
      { stroke: "#BF9550", text: "#C9A05A", dash: [8, 3, 2, 3] },
    ],
    gamma: { stroke: "#F0803A", text: "#F59A60" },
    beta: { stroke: "#56B4E9", text: "#7FC6EF" },
    warn: "#F2B37A",
  },
};

/** Class 0, undecided, class 1: the surface's ends are lighter than the points that lie on it. */
const SURFACE = {
  light: [[242, 190, 92], [251, 250, 247], [96, 167, 212]],
  dark: [[207, 152, 58], [208, 209, 208], [62, 134, 182]],
};

/** Classes 2 to 5; the palette's sky blue is too near to the lightened blue of class 1, so the last is its black, lightened. */
const FURTHER = {
  light: [[200, 104, 162], [84, 190, 158], [240, 228, 66], [150, 152, 160]],
  dark: [[176, 80, 138], [22, 148, 112], [222, 210, 40], [98, 100, 110]],
};

export const CLASSES = {
  fill: ["#C47A00", "#00568A", "#8F3A6B", "#00664B", "#857A00", "#3B4048"],
  edge: "#FFFFFF",
  boundary: "#23272E",
  halo: "rgba(255,255,255,0.75)",
};

/**
 * @param {string} text #rgb, #rrggbb or rgb()
 * @returns {number[] | null} red, green, blue
 */
export function parseColour(text) {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(text.trim())?.[1];
  if (hex) {
    const wide = hex.length < 6 ? [...hex].map((c) => c + c).join("") : hex;
    return [0, 2, 4].map((i) => parseInt(wide.slice(i, i + 2), 16));
  }
  const numbers = /^rgba?\(([^)]+)\)/i.exec(text.trim())?.[1].split(/[\s,/]+/).map(Number);
  return numbers && numbers.length >= 3 ? numbers.slice(0, 3) : null;
}

/**
 * @param {number[]} colour red, green, blue
 * @param {number} alpha
 */
const rgba = (colour, alpha) => `rgba(${colour.map(Math.round).join(",")},${alpha})`;

/**
 * The colours at an element, read from the page's variables.
 *
 * @param {Element} element
 * @param {string[]} roles of the arms, in order
 * @returns {Palette}
 */
export function palette(element, roles) {
  const style = getComputedStyle(element);
  const variable = (/** @type {string} */ name, /** @type {string} */ other) => style.getPropertyValue(name).trim() || other;
  const background = variable("--st-background-color", "#FFFFFF");
  const [r, g, b] = parseColour(background) ?? [255, 255, 255];
  const dark = 0.299 * r + 0.587 * g + 0.114 * b < 128;
  const text = variable("--st-text-color", dark ? "#E6EAEE" : "#1B2430");
  const letters = parseColour(text) ?? (dark ? [230, 234, 238] : [27, 36, 48]);
  const table = dark ? ROLES.dark : ROLES.light;
  const ink = Number(variable("--ink", "1")) || 1;
  return {
    dark,
    ink,
    background,
    text,
    muted: rgba(letters, dark ? 0.72 : 0.68),
    faint: rgba(letters, dark ? 0.34 : 0.3),
    line: rgba(letters, dark ? 0.15 : 0.11),
    font: style.fontFamily || "sans-serif",
    gamma: table.gamma.stroke,
    gammaText: table.gamma.text,
    beta: table.beta.stroke,
    betaText: table.beta.text,
    warn: table.warn,
    arms: armStyles(roles, table).map((one) => ({ ...one, ink })),
  };
}

/**
 * The colours of a run at an element.
 *
 * @param {Element} element
 * @param {import("./run.js").Run} run
 */
export function coloursOf(element, run) {
  return palette(element, run.arms.map((arm) => arm.header.role));
}

/**
 * Whether two palettes look the same.
 *
 * @param {Palette | null} a
 * @param {Palette | null} b
 */
export function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * The first arm of a role has the role's colour; the second of the same role takes a free one.
 *
 * @param {string[]} roles
 * @param {typeof ROLES.light} table
 * @returns {Omit<ArmStyle, "ink">[]}
 */
function armStyles(roles, table) {
  const free = [...table.others, { ...table.none }, { ...table.bn }];
  const taken = new Set();
  return roles.map((role) => {
    const known = role === "bn" || role === "none" ? table[role] : null;
    if (known && !taken.has(role)) {
      taken.add(role);
      return known;
    }
    return free.shift() ?? table.none;
  });
}

/**
 * The colour of each level 0..255 of a surface, as the 32-bit pixels of an ImageData.
 *
 * @param {boolean} dark
 * @param {string} [kind] what a level says: a probability or a value between two ends, or a class and how sure it is
 */
export function surfaceTable(dark, kind = "probability") {
  const theme = dark ? "dark" : "light";
  const [low, middle, high] = SURFACE[theme];
  const classes = [low, high, ...FURTHER[theme]];
  const bytes = new Uint8ClampedArray(256 * 4);
  for (let level = 0; level < 256; level += 1) {
    const position = level / 127.5 - 1;
    const ofClass = kind === "class";
    const end = ofClass ? classes[Math.min(level >> 5, classes.length - 1)] : position < 0 ? low : high;
    const share = (ofClass ? (level & 31) / 31 : Math.abs(position)) ** 0.85;
    for (let c = 0; c < 3; c += 1) bytes[level * 4 + c] = middle[c] + (end[c] - middle[c]) * share;
    bytes[level * 4 + 3] = 255;
  }
  return new Uint32Array(bytes.buffer);
}
