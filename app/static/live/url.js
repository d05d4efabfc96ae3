/** The view in the address: read when the page opens, written by "Copy link" alone. */

/** @import {Run} from "./run.js" */
/** @import {View} from "./types.js" */

const PREFIX = "v.";
const TABS = ["affine", "statistics", "gradients"];
const LOSSES = ["test", "train", "batch"];
const OTHER_NAMES = ["at", "layer", "signal", "lens", "unit", "log", "loss", "tab"];

/** @returns {View} */
export function defaultView() {
  return { layer: 0, signal: "z", unit: null, lens: "running", batch: 0, log: false, loss: "test", tab: "affine", probe: null };
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
  one("lens", ["running", "batch"], (text) => { view.lens = text === "batch" ? "batch" : "running"; });
  read("unit", (text) => {
    const fine = text === "all" || counted(text, run.units(view.layer));
    if (fine && text !== "all") view.unit = Number(text) - 1;
    return fine;
  }, `must be all or a neuron, 1..${run.units(view.layer)}`);
  one("log", ["true", "false", "1", "0"], (text) => { view.log = text === "true" || text === "1"; });
  one("loss", LOSSES, (text) => { view.loss = text; });
  one("tab", TABS, (text) => { view.tab = text; });
  for (const name of given.keys()) {
    if (name.startsWith(PREFIX) && !OTHER_NAMES.includes(name.slice(PREFIX.length))) problems.push(`${name.slice(0, 40)}: no such part of a view. It is left out.`);
  }
  return { view: settle(view, run), at, problems };
}

/**
 * The view with choices that the run has: the layer, signal and unit may have gone.
 *
 * @param {View} view
 * @param {Run} run
 * @returns {View}
 */
export function settle(view, run) {
  const layer = Math.max(0, Math.min(view.layer, run.depth - 1));
  const signals = run.signals(layer);
  const signal = signals.includes(view.signal) ? view.signal : (signals[0] ?? "z");
  const unit = view.unit !== null && view.unit < run.units(layer) && run.normalisedArm(layer) ? view.unit : null;
  return { ...view, layer, signal, unit };
}

/**
 * The address of the page as it stands, with the view; only what differs from the defaults.
 *
 * @param {string} address
 * @param {View} view
 * @param {number | null} at epoch; null for the end
 */
export function writeView(address, view, at) {
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()]) if (name.startsWith(PREFIX)) url.searchParams.delete(name);
  const plain = defaultView();
  /** @type {Record<string, string>} */
  const texts = { layer: String(view.layer + 1), signal: view.signal, lens: view.lens, log: String(view.log), loss: view.loss, tab: view.tab };
  /** @type {Record<string, string>} */
  const defaults = { layer: "1", signal: plain.signal, lens: plain.lens, log: "false", loss: plain.loss, tab: plain.tab };
  if (at !== null) url.searchParams.set(`${PREFIX}at`, String(Math.round(at * 1e4) / 1e4));
  for (const [name, text] of Object.entries(texts)) if (text !== defaults[name]) url.searchParams.set(PREFIX + name, text);
  if (view.unit !== null) url.searchParams.set(`${PREFIX}unit`, String(view.unit + 1));
  return url.href;
}
