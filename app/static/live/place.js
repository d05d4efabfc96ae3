/** A picture that takes a pointer: where it stands there, in the picture's own numbers. */

/**
 * An element around a picture says that it takes a pointer: data-place names its two inputs, data-area gives left, right,
 * bottom and top of its `.plot-area`, and data-step what values are rounded to. It needs an id.
 *
 * @param {Event} event
 * @param {string | null} area the id of the picture in which the pointer went down, if it is down
 * @returns {{area: string, values: Record<string, number>} | null}
 */
export function placeOf(event, area = null) {
  const pointer = /** @type {PointerEvent} */ (event);
  const holder = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.composedPath()[0]).closest?.("[data-place]") ?? null);
  const box = holder?.querySelector(".plot-area")?.getBoundingClientRect();
  if (!holder || !box?.width || (area !== null && holder.id !== area)) return null;
  const names = (holder.dataset.place ?? "").split(" ");
  const [left, right, bottom, top] = (holder.dataset.area ?? "").split(" ").map(Number);
  const steps = Math.round(1 / Number(holder.dataset.step));
  const shares = [(pointer.clientX - box.left) / box.width, (box.bottom - pointer.clientY) / box.height];
  if (shares.some((share) => !(share >= 0 && share <= 1))) return null;
  const values = [left + shares[0] * (right - left), bottom + shares[1] * (top - bottom)];
  return { area: holder.id, values: Object.fromEntries(names.map((name, i) => [name, Math.round(values[i] * steps) / steps])) };
}

/** Tells where a pointer goes down in a picture, where it is dragged there, and when it is let go. */
export class Dragging {
  /**
   * @param {HTMLElement} root
   * @param {(values: Record<string, number>, final: boolean) => void} tell
   */
  constructor(root, tell) {
    /** @type {string | null} */ this.area = null;
    this.tell = tell;
    root.addEventListener("pointerdown", (event) => this.take(placeOf(event)));
    root.addEventListener("pointermove", (event) => this.area !== null && this.take(placeOf(event, this.area)));
    this.free = () => {
      if (this.area !== null) this.tell({}, true);
      this.area = null;
    };
    for (const type of ["pointerup", "pointercancel"]) window.addEventListener(type, this.free);
  }

  /** @param {ReturnType<typeof placeOf>} place */
  take(place) {
    if (!place) return;
    this.area = place.area;
    this.tell(place.values, false);
  }

  destroy() {
    for (const type of ["pointerup", "pointercancel"]) window.removeEventListener(type, this.free);
  }
}
