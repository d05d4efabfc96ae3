/** Which lessons a person has taken: kept in this browser's storage and nowhere else. */

const KEY = "bnlab.lessons.done";

/**
 * Notes what a part says is done (data-store), and marks what stands for something done (data-done).
 *
 * @param {ParentNode} root
 * @param {() => Storage} storage
 */
export function keepDone(root, storage = () => window.localStorage) {
  const stores = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-store]")]);
  const marks = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-done]")]);
  if (!stores.length && !marks.length) return;
  const done = new Set(read(storage));
  const before = done.size;
  for (const { dataset } of stores) done.add(dataset.store ?? "");
  if (done.size > before) write(storage, [...done]);
  for (const mark of marks) {
    const taken = done.has(mark.dataset.done ?? "");
    mark.classList.toggle("is-done", taken);
    if (taken) mark.setAttribute("aria-description", "taken");
    else mark.removeAttribute("aria-description");
  }
}

/**
 * @param {() => Storage} storage
 * @returns {string[]}
 */
function read(storage) {
  try {
    const kept = JSON.parse(storage().getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((name) => typeof name === "string") : [];
  } catch {
    return []; // a browser may forbid its storage, or somebody else wrote there
  }
}

/**
 * @param {() => Storage} storage
 * @param {string[]} names
 */
function write(storage, names) {
  try {
    storage().setItem(KEY, JSON.stringify(names));
  } catch {
    // forbidden or full: the lessons work without
  }
}
