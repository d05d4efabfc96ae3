/** One step of Back for each thing that a person does. */

const PATCHED = Symbol.for("bnlab.history");
const ACTS = ["pointerdown", "keydown", "click"];
const PAUSE = 1000;

/**
 * When a page is opened, Streamlit adds its path to the history, and what the page then writes of its settings as another
 * step, at times under the path of the page before. What is added although nobody did anything since takes the last one's place;
 * and a key that is pressed again and again is one thing done.
 *
 * @param {Window} on
 */
export function mergeSteps(on) {
  const { history } = on;
  if (PATCHED in history) return;
  let acted = true;
  let last = { key: "", at: -PAUSE };
  /** @param {Event} event */
  const act = (event) => {
    const key = /** @type {KeyboardEvent} */ (event).key ?? "";
    acted ||= key === "" || key !== last.key || event.timeStamp - last.at > PAUSE;
    last = { key, at: event.timeStamp };
  };
  for (const type of ACTS) on.addEventListener(type, act, { capture: true });
  const push = history.pushState.bind(history);
  Object.assign(history, {
    [PATCHED]: true,
    /** @param {[any, string, (string | URL | null)?]} step */
    pushState(...step) {
      if (acted) push(...step);
      else history.replaceState(...step);
      acted = false;
    },
  });
}
