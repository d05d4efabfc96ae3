/** The data points and the axes under a decision surface. */

import { scale, short } from "./scales.js";
import { fit } from "./text.js";
import { CLASSES, surfaceTable } from "./theme.js";

/** @import {Palette, Place, Rect} from "./types.js" */
/** @import {Run} from "./run.js" */

const MANY_POINTS = 900;
const NEAR = 7; // pixels

/**
 * All that the points and the axes of a picture depend on, as a text: the same text, the same look.
 *
 * @param {Run} run
 * @param {Palette} palette
 * @param {Rect} area
 * @param {{width: number, height: number, ratio: number}} size of the canvas
 */
export function lookOf(run, palette, area, { width, height, ratio }) {
  const { domain, feature_names, surface_kind, target_range } = run.header;
  const { points_train, points_test } = run.arrays;
  return JSON.stringify([width, height, ratio, area, palette, domain, feature_names, surface_kind, target_range, [...points_train.data], [...points_test.data]]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Run} run
 * @param {Palette} palette
 * @param {Rect} area
 */
export function drawPoints(context, run, palette, area) {
  const { left, top, right, bottom } = area;
  const [x0, x1, y0, y1] = run.header.domain;
  const x = scale("linear", [x0, x1], [left, right], 3);
  const y = scale("linear", [y0, y1], [bottom, top], 3);
  const { points_train: train, points_test: held } = run.arrays;
  const many = train.shape[0] + held.shape[0] > MANY_POINTS;
  const ink = palette.ink ?? 1;
  const radius = (many ? 2.1 : 2.8) * Math.min(1.15 * ink, Math.max(0.72, (ink * (right - left)) / 280));
  const levels = run.header.surface_kind === "value" ? colours(palette) : null;
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  for (const points of [train, held]) {
    for (let i = 0; i < points.data.length; i += 3) {
      const [across, up, target] = [x(points.data[i]), y(points.data[i + 1]), points.data[i + 2]];
      if (levels) valued(context, across, up, levels[target], radius, points === held);
      else marker(context, across, up, target, radius, points === held);
    }
  }
  context.restore();
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.strokeStyle = palette.line;
  context.strokeRect(left - 0.5, top - 0.5, right - left + 1, bottom - top + 1);
  context.textAlign = "center";
  context.textBaseline = "top";
  const [across, upwards] = run.header.feature_names;
  const end = right - context.measureText(across).width - 6;
  for (const tick of x.ticks) if (x(tick) + 12 < end && x(tick) > left + 6) context.fillText(short(tick), x(tick), bottom + 6);
  context.textAlign = "right";
  context.fillText(across, right, bottom + 6);
  context.textBaseline = "middle";
  for (const tick of y.ticks) if (y(tick) > top + 20 && y(tick) < bottom - 4) context.fillText(short(tick), left - 5, y(tick));
  const name = fit(context, upwards, (right - left) / 2);
  context.textAlign = "left";
  context.globalAlpha = 0.85; // inside the picture: the margin is as wide as a number
  context.fillStyle = palette.background;
  context.fillRect(left, top, context.measureText(name).width + 10, 17);
  context.globalAlpha = 1;
  context.fillStyle = palette.muted;
  context.fillText(name, left + 5, top + 9);
}

/**
 * A point: class by shape and colour, training points filled, test points ringed.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} kind class
 * @param {number} radius
 * @param {boolean} test
 */
function marker(context, x, y, kind, radius, test) {
  const r = test ? radius * 1.12 : radius;
  context.beginPath();
  outline(context, x, y, kind, r);
  context.fillStyle = test ? CLASSES.edge : CLASSES.fill[kind];
  context.fill();
  context.lineWidth = test ? 1.5 : 0.75;
  context.strokeStyle = test ? CLASSES.fill[kind] : CLASSES.edge;
  context.stroke();
  context.lineWidth = 1;
}

/** Corners of the shapes of the classes from 1 on: square, triangle, diamond, triangle upside down, cross. */
const CORNERS = [
  [[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]],
  [[0, -1.2], [1.14, 0.8], [-1.14, 0.8]],
  [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
  [[0, 1.2], [1.14, -0.8], [-1.14, -0.8]],
  [[-0.42, -1.2], [0.42, -1.2], [0.42, -0.42], [1.2, -0.42], [1.2, 0.42], [0.42, 0.42], [0.42, 1.2], [-0.42, 1.2], [-0.42, 0.42], [-1.2, 0.42], [-1.2, -0.42], [-0.42, -0.42]],
];

/**
 * The shape of a class.
 *
 * @param {Pick<CanvasRenderingContext2D, "arc" | "moveTo" | "lineTo" | "closePath">} context
 * @param {number} x
 * @param {number} y
 * @param {number} kind
 * @param {number} r
 */
export function outline(context, x, y, kind, r) {
  const corners = CORNERS[kind - 1];
  if (!corners) {
    context.arc(x, y, r, 0, 2 * Math.PI);
    return;
  }
  corners.forEach(([dx, dy], i) => (i ? context.lineTo(x + dx * r, y + dy * r) : context.moveTo(x + dx * r, y + dy * r)));
  context.closePath();
}

/**
 * The surface's colours of the levels of a value, for points and the bar beside them.
 *
 * @param {Palette} palette
 */
function colours(palette) {
  const bytes = new Uint8Array(surfaceTable(palette.dark, "value").buffer);
  return Array.from({ length: 256 }, (_, level) => `rgb(${bytes.subarray(level * 4, level * 4 + 3).join()})`);
}

/**
 * A point that has a value: in the colour that the surface has where it predicts this value; training points round, test points square.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 * @param {number} radius
 * @param {boolean} test
 */
function valued(context, x, y, colour, radius, test) {
  context.beginPath();
  outline(context, x, y, test ? 1 : 0, radius * 1.12);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = radius < 2.3 ? 0.6 : 1;
  context.strokeStyle = CLASSES.boundary;
  context.stroke();
  context.lineWidth = 1;
}

/**
 * The values of the colours, in a bar beside the picture.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} range
 * @param {Palette} palette
 * @param {Rect} area
 */
export function drawBar(context, range, palette, { top, right, bottom }) {
  const at = scale("linear", range, [bottom, top], Math.min(5, (bottom - top) / 36));
  colours(palette).forEach((colour, level) => {
    const height = (bottom - top) / 256;
    context.fillStyle = colour;
    context.fillRect(right + 5, bottom - (level + 1) * height, 7, height + 0.5);
  });
  context.font = `11px ${palette.font}`;
  context.fillStyle = palette.muted;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const tick of at.ticks) context.fillText(short(tick), right + 15, Math.min(bottom - 5, Math.max(top + 6, at(tick))));
}

/**
 * The place under a pointer: a training point's where one is near, else in data units; null outside the picture.
 *
 * @param {Run} run
 * @param {Rect} area
 * @param {number} across pixels
 * @param {number} down
 * @returns {Place | null}
 */
export function placeAt(run, { left, top, right, bottom }, across, down) {
  if (across < left || across > right || down < top || down > bottom) return null;
  const [x0, x1, y0, y1] = run.header.domain;
  const here = { x: x0 + ((across - left) / (right - left)) * (x1 - x0), y: y0 + ((bottom - down) / (bottom - top)) * (y1 - y0) };
  const { data } = run.arrays.points_train;
  let nearest = NEAR;
  let place = here;
  for (let i = 0; i < data.length; i += 3) {
    const apart = Math.hypot(((data[i] - here.x) / (x1 - x0)) * (right - left), ((data[i + 1] - here.y) / (y1 - y0)) * (bottom - top));
    if (apart < nearest) {
      nearest = apart;
      place = { x: data[i], y: data[i + 1] };
    }
  }
  return place;
}

/**
 * A ring around the pinned place, dark and light so that it is seen on every ground.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Run} run
 * @param {Rect} area
 * @param {Place} pin
 */
export function drawPin(context, run, { left, top, right, bottom }, pin) {
  const [x0, x1, y0, y1] = run.header.domain;
  const x = left + ((pin.x - x0) / (x1 - x0)) * (right - left);
  const y = bottom - ((pin.y - y0) / (y1 - y0)) * (bottom - top);
  for (const [colour, width] of /** @type {const} */ ([["#FFFFFF", 5], ["#111418", 2.25]])) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, 7.5, 0, 2 * Math.PI);
    context.stroke();
  }
  context.lineWidth = 1;
}
