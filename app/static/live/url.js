/** The view in the address: read when the page opens, written by "Copy link" alone. */

/** @import {Run} from "./run.js" */
/** @import {Lens, View} from "./types.js" */

const PREFIX = "v.";
const TABS = ["affine", "statistics", "gradients"];
const LOSSES = ["test", "train", "batch"];
const OTHER_NAMES = ["at", "run", "layer", "signal", "lens", "arm", "unit", "log", "loss", "tab", "kept", "pin", "batch", "mates"];
const FLAGS = ["true", "false", "1", "0"];
/** Mini-batches that the lens can take, and draws of batch mates: after the last comes the first again. */
export const DRAWS = 1000;

/** @returns {View} */
export function defaultView() {
  return { layer: 0, signal: "z", arm: null, unit: null, lens: null, batch: 0, pin: null, mates: 0, log: false, loss: "test", tab: "affine", kept: false, probe: null };
}

/**
 * The view as an address gives it; what makes no sense is left at its default and named.
 *
 * @param {string} search
 * @param {Run} run
 * @returns {{view: View, at: number | null, problems: string[]}}
 */
export function readView(search, run) {
  const given = new URLSearchParams(search);
  const view = defaultView();
  /** @type {string[]} */
  const problems = [];
  /**
   * @param {string} name
   * @param {(text: string) => boolean} use says whether the value makes sense
   * @param {string} rule
   */
  const read = (name, use, rule) => {
    const text = given.get(PREFIX + name);
    if (text !== null && !use(text)) problems.push(`${PREFIX}${name}: ${rule}; got ${text.slice(0, 40)}. The default is shown.`);
  };
  const counted = (/** @type {string} */ text, /** @type {number} */ most) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= most;
  /** @type {number | null} */
  let at = null;
  read("at", (text) => {
    const epoch = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (epoch <= run.header.epochs + 1e-6) at = epoch;
    return at !== null;
  }, `must be an epoch, 0..${Math.round(run.header.epochs * 100) / 100}`);
  const { seeds, arms } = run.header;
  read("run", (text) => counted(text, seeds.length), `must be one of the seeds, counted 1..${seeds.length}`); // the server has used it
  read("layer", (text) => {
    if (counted(text, run.depth)) view.layer = Number(text) - 1;
    return counted(text, run.depth);
  }, `must be a hidden layer, 1..${run.depth}`);
  const signals = run.signals(view.layer);
  const one = (/** @type {string} */ name, /** @type {string[]} */ values, /** @type {(text: string) => void} */ use) =>
    read(name, (text) => {
      if (values.includes(text)) use(text);
      return values.includes(text);
    }, `must be one of ${values.join(", ")}`);
  one("signal", signals, (text) => { view.signal = text; });
  one("lens", ["running", "batch", "exact"], (text) => { view.lens = /** @type {Lens} */ (text); });
  read("arm", (text) => {
    if (counted(text, arms.length)) view.arm = Number(text) - 1;
    return counted(text, arms.length);
  }, `must be an arm, 1..${arms.length}`);
  const units = run.units(view.layer, view.arm);
  read("unit", (text) => {
    const fine = text === "all" || counted(text, units);
    if (fine && text !== "all") view.unit = Number(text) - 1;
    return fine;
  }, `must be all or a neuron, 1..${units}`);
  one("log", FLAGS, (text) => { view.log = text === "true" || text === "1"; });
  one("kept", FLAGS, (text) => { view.kept = text === "true" || text === "1"; });
  one("loss", LOSSES, (text) => { view.loss = text; });
  one("tab", TABS, (text) => { view.tab = text; });
  const drawn = (/** @type {"batch" | "mates"} */ name) =>
    read(name, (text) => {
      if (counted(text, DRAWS)) view[name] = Number(text) - 1;
      return counted(text, DRAWS);
    }, `must be a draw, counted 1..${DRAWS}`);
  drawn("batch");
  drawn("mates");
  const [x0, x1, y0, y1] = run.header.domain;
  read("pin", (text) => {
    const [x, y, ...rest] = text.split(",").map((part) => (/^-?\d+(\.\d+)?$/.test(part) ? Number(part) : NaN));
    const inside = rest.length === 0 && x >= x0 && x <= x1 && y >= y0 && y <= y1;
    if (inside) view.pin = { x, y };
    return inside;
  }, "must be a place in the picture, such as 0.5,-1");
  for (const name of given.keys()) {
    if (name.startsWith(PREFIX) && !OTHER_NAMES.includes(name.slice(PREFIX.length))) problems.push(`${name.slice(0, 40)}: no such part of a view. It is left out.`);
  }
  return { view: settle(view, run), at, problems };
}

/**
 * The view with choices that the run has: the layer, signal, arm and unit may have gone.
 *
 * @param {View} view
 * @param {Run} run
 * @returns {View}
 */
export function settle(view, run) {
  const layer = Math.max(0, Math.min(view.layer, run.depth - 1));
  const signals = run.signals(layer);
  const signal = signals.includes(view.signal) ? view.signal : (signals[0] ?? "z");
  const arm = view.arm !== null && view.arm < run.arms.length ? view.arm : null;
  const unit = view.unit !== null && view.unit < run.units(layer, arm) && run.normalisedArm(layer, arm) ? view.unit : null;
  const lens = view.lens === run.recorded ? null : view.lens;
  return { ...view, layer, signal, arm, unit, lens };
}

/**
 * The address of the page as it stands, with the view; only what differs from the defaults.
 *
 * @param {string} address
 * @param {View} view
 * @param {number | null} at epoch; null for the end
 * @param {number} run whose pictures are shown, from 0
 */
export function writeView(address, view, at, run) {
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()]) if (name.startsWith(PREFIX)) url.searchParams.delete(name);
  const plain = defaultView();
  /** @type {Record<string, string>} */
  const texts = { layer: String(view.layer + 1), signal: view.signal, log: String(view.log), loss: view.loss, tab: view.tab, kept: String(view.kept), run: String(run + 1) };
  /** @type {Record<string, string>} */
  const defaults = { layer: "1", signal: plain.signal, log: "false", loss: plain.loss, tab: plain.tab, kept: "false", run: "1" };
  if (at !== null) url.searchParams.set(`${PREFIX}at`, String(Math.round(at * 1e4) / 1e4));
  for (const [name, text] of Object.entries(texts)) if (text !== defaults[name]) url.searchParams.set(PREFIX + name, text);
  if (view.lens !== null) url.searchParams.set(`${PREFIX}lens`, view.lens);
  if (view.lens === "batch" && view.batch !== plain.batch) url.searchParams.set(`${PREFIX}batch`, String(view.batch + 1));
  if (view.pin !== null) url.searchParams.set(`${PREFIX}pin`, `${written(view.pin.x)},${written(view.pin.y)}`);
  if (view.pin !== null && view.mates !== plain.mates) url.searchParams.set(`${PREFIX}mates`, String(view.mates + 1));
  if (view.arm !== null) url.searchParams.set(`${PREFIX}arm`, String(view.arm + 1));
  if (view.unit !== null) url.searchParams.set(`${PREFIX}unit`, String(view.unit + 1));
  return url.href;
}

/**
 * A number without an exponent, with all the digits that a point of 32 bits has.
 *
 * @param {number} value
 */
function written(value) {
  return Math.abs(value) < 1e-6 ? "0" : String(Number(value.toPrecision(9)));
}
