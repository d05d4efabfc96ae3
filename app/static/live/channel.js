/** The invisible component that carries questions to Python and answers back. */

import { bus } from "./asker.js";
import { decode } from "./decode.js";

/** @typedef {{data: Uint8Array | null, parentElement: object, setStateValue: (name: string, value: unknown) => void}} Component */

/** @type {WeakMap<object, {component: Component, data: Uint8Array | null, stop: () => void}>} */
const mounted = new WeakMap();

/** @param {Component} component */
export default function channel(component) {
  const { parentElement, data } = component;
  let state = mounted.get(parentElement);
  if (!state) {
    const ask = (/** @type {Event} */ event) => mounted.get(parentElement)?.component.setStateValue("ask", /** @type {CustomEvent} */ (event).detail);
    bus.addEventListener("ask", ask);
    state = { component, data: null, stop: () => bus.removeEventListener("ask", ask) };
    mounted.set(parentElement, state);
    if (bus.open) component.setStateValue("ask", bus.open); // the player was first
  }
  state.component = component;
  if (data && data !== state.data) {
    state.data = data;
    bus.dispatchEvent(new CustomEvent("answer", { detail: decode(data) }));
  }
  return () => {
    if (/** @type {Node} */ (parentElement).isConnected) return;
    mounted.get(parentElement)?.stop();
    mounted.delete(parentElement);
  };
}
