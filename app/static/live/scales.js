/** Numbers to pixels and to text. */

/** @typedef {{(value: number): number, invert: (pixel: number) => number, ticks: number[], kind: string, domain: [number, number]}} Scale */

/**
 * @param {"linear" | "log"} kind
 * @param {[number, number]} domain
 * @param {[number, number]} range
 * @param {number} [count] about how many ticks
 * @returns {Scale}
 */
export function scale(kind, domain, range, count = 4) {
  const log = kind === "log";
  const forth = log ? Math.log10 : (/** @type {number} */ v) => v;
  const back = log ? (/** @type {number} */ v) => 10 ** v : (/** @type {number} */ v) => v;
  const [a, b] = [forth(domain[0]), forth(domain[1])];
  const factor = (range[1] - range[0]) / (b - a || 1);
  const map = (/** @type {number} */ value) => range[0] + (forth(value) - a) * factor;
  const invert = (/** @type {number} */ pixel) => back(a + (pixel - range[0]) / factor);
  const ticks = log ? logTicks(domain, count) : linearTicks(domain, count);
  return Object.assign(map, { invert, ticks, kind, domain });
}

/**
 * Round values within a domain: steps of 1, 2 or 5 times a power of ten.
 *
 * @param {[number, number]} domain
 * @param {number} count about how many
 */
export function linearTicks([low, high], count) {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const off = (/** @type {number} */ m) => Math.abs(Math.log((m * power) / raw));
  const step = power * [1, 2, 5, 10].reduce((best, m) => (off(m) < off(best) - 1e-9 ? m : best));
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/**
 * Powers of ten, thinned out where there are many; 1, 2 and 5 times them where there are few.
 *
 * @param {[number, number]} domain above 0
 * @param {number} count about how many
 */
export function logTicks([low, high], count) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / (count + 1)));
  const powers = [];
  for (let e = first; e <= last; e += 1) if ((e - first) % every === 0) powers.push(10 ** e);
  if (powers.length >= 2) return powers;
  const finer = [];
  for (let e = first - 1; e <= last + 1; e += 1) {
    for (const m of [1, 2, 5]) if (m * 10 ** e >= low * 0.999 && m * 10 ** e <= high * 1.001) finer.push(Number((m * 10 ** e).toPrecision(3)));
  }
  return finer.length ? finer : [low, high];
}

/**
 * A domain that ends on round numbers.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} [count]
 * @returns {[number, number]}
 */
export function nice(low, high, count = 4) {
  if (!(high > low)) return [low - 0.5, high + 0.5];
  const ticks = linearTicks([low, high], count);
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : high - low;
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

/**
 * A number with as many digits as a reader can use, its minus a real one.
 *
 * @param {number} value
 * @param {number} [digits] significant
 */
export function short(value, digits = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) {
    const [mantissa, exponent] = value.toExponential(Math.max(0, digits - 2)).split("e");
    return minus(`${Number(mantissa)}e${Number(exponent)}`);
  }
  const decimals = size === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return minus(String(Number(value.toFixed(Math.min(decimals, 8)))));
}

/**
 * A number with a fixed count of decimals, so that it does not jump while it changes.
 *
 * @param {number} value
 * @param {number} decimals
 */
export function fixed(value, decimals) {
  if (!Number.isFinite(value)) return short(value);
  return minus((Object.is(Math.round(value * 10 ** decimals), -0) ? 0 : value).toFixed(decimals));
}

/**
 * A share in percent.
 *
 * @param {number} value 0..1
 * @param {number} [decimals]
 */
export function percent(value, decimals = 0) {
  return Number.isFinite(value) ? `${fixed(Math.round(value * 1e6) / 1e4, decimals)} %` : "–"; // 98.5 is one of float32, too
}

/**
 * An epoch: whole where it is one, else with a decimal; never rounded to a whole one that it is not.
 *
 * @param {number} epoch
 */
export function epochText(epoch) {
  if (Math.abs(epoch - Math.round(epoch)) < 1e-3) return String(Math.round(epoch));
  const down = Math.floor(epoch);
  return (down + Math.min(0.9, Math.max(0.1, Math.round((epoch - down) * 10) / 10))).toFixed(1);
}

/**
 * The ticks of an axis in words, all with the same number of decimals.
 *
 * @param {Scale} scale
 * @returns {(value: number) => string}
 */
export function tickFormat({ ticks, kind }) {
  const step = ticks.length > 1 ? Math.abs(ticks[1] - ticks[0]) : 0;
  const most = Math.max(...ticks.map(Math.abs));
  if (kind === "log") return (value) => short(value, 2);
  if (step < 1e-3 || most >= 1e5) {
    const digits = [2, 3, 4, 5].find((count) => new Set(ticks.map((tick) => short(tick, count))).size === ticks.length) ?? 6;
    return (value) => short(value, digits);
  }
  return (value) => fixed(value, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}

/**
 * The place within a domain nearest to a value; its middle where there is none.
 *
 * @param {number} value
 * @param {[number, number]} domain
 */
export function clamp(value, [low, high]) {
  return Number.isNaN(value) ? (low + high) / 2 : Math.min(high, Math.max(low, value));
}

/** @param {string} text */
function minus(text) {
  return text.replace(/-/g, "−");
}
