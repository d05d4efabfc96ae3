/** Whether the server is out of reach, once the browser has said that it has no network. A server on the same machine needs none. */

const PATIENCE = 3000;

export class Away {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.yes = false;
    this.look = () => this.ask();
    for (const type of ["online", "offline"]) window.addEventListener(type, this.look);
  }

  async ask() {
    const reached = navigator.onLine || (await reachable());
    this.yes = !reached && !navigator.onLine; // it may be back by now
    this.changed();
  }

  destroy() {
    for (const type of ["online", "offline"]) window.removeEventListener(type, this.look);
  }
}

function reachable() {
  const health = new URL("_stcore/health", new URL(".", location.href));
  return fetch(health, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then(() => true, () => false);
}
