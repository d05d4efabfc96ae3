/** The player component: called at its mounting and again whenever data or theme change. */

import { mergeSteps } from "./history.js";
import { Player } from "./player.js";

/** @typedef {{data: Uint8Array, parentElement: ParentNode & Node, setStateValue: (name: string, value: unknown) => void}} Component */

/** @type {WeakMap<object, Player>} */
const mounted = new WeakMap();

/**
 * @param {Component} component
 * @param {string} css
 */
export default function main(component, css) {
  const { parentElement, data, setStateValue } = component;
  mergeSteps(window);
  let player = mounted.get(parentElement);
  if (!player) {
    player = new Player(parentElement, css);
    mounted.set(parentElement, player);
  }
  player.post = (message) => setStateValue("moved", message);
  player.update(data);
  return () => {
    if (parentElement.isConnected) return; // an older call's end, not the component's
    mounted.get(parentElement)?.destroy();
    mounted.delete(parentElement);
  };
}
