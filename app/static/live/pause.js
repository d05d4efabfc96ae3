/** How long to wait before the server is asked again. */

/** Seconds after a failure, one after the other: the server or the network may be away for a while. */
export const RETRY = [0.3, 1, 2, 4, 8];

/** Seconds until a server that is busy with what was asked is asked again. */
export const BUSY = [0.2, 0.3, 0.5];

/** Seconds until the page is asked where a run has gone, at first and again: it may be about to say so. */
export const GONE = [1, 5];

/** @param {number[]} steps @param {number} times how often it failed before @param {AbortSignal} signal ends the wait */
export function pause(steps, times, signal) {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, steps[Math.min(times, steps.length - 1)] * 1000);
    signal.addEventListener("abort", () => resolve(clearTimeout(timer)), { once: true });
  });
}
