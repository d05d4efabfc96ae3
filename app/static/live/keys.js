/** What the keys do in the player. */

/** @import {Player} from "./player.js" */

/**
 * @param {Player} player
 * @param {KeyboardEvent} event
 */
export function press(player, event) {
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  const { clock, parts } = player;
  const slider = target instanceof HTMLInputElement && target.type === "range" && target !== parts.timeline.range;
  if (event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLSelectElement) return;
  const acts = /** @type {Record<string, () => void>} */ ({
    " ": () => (clock.playing ? clock.pause() : clock.play()),
    ArrowLeft: () => clock.step(-1),
    ArrowRight: () => clock.step(1),
    Home: () => clock.go(0),
    End: () => clock.go(clock.last),
    p: () => parts.seeds.step(-1),
    n: () => parts.seeds.step(1),
    Escape: () => (parts.probe.open ? parts.probe.close() : player.change({ pin: null })),
  });
  const act = acts[event.key];
  if (!act || (slider && event.key !== "Escape") || (target instanceof HTMLButtonElement && event.key === " ")) return;
  if (event.key === "Escape" && !parts.probe.open && !player.view.pin) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
