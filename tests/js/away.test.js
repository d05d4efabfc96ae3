import assert from "node:assert/strict";
import { test } from "node:test";

import { Away } from "../../app/static/live/away.js";
import { soon } from "./server.js";

for (const [name, reached, away] of /** @type {[string, boolean, boolean][]} */ ([["out of reach", false, true], ["on the same machine", true, false]])) {
  test(`without a network a server ${name} is ${away ? "" : "not "}away, until there is one again`, async (t) => {
    const on = new EventTarget();
    const browser = { onLine: true };
    Object.assign(globalThis, { window: on, location: { href: "http://lab/base/" } });
    Object.defineProperty(globalThis, "navigator", { value: browser, configurable: true });
    const asked = /** @type {string[]} */ ([]);
    t.mock.method(globalThis, "fetch", async (/** @type {URL} */ url) => {
      asked.push(url.pathname);
      if (!reached) throw new Error("offline");
    });
    const said = /** @type {boolean[]} */ ([]);
    const it = new Away(() => void said.push(it.yes));
    const turn = async (/** @type {boolean} */ onLine) => {
      browser.onLine = onLine;
      on.dispatchEvent(new Event(onLine ? "online" : "offline"));
      for (let i = 0; i < 6; i += 1) await soon();
    };
    await turn(false);
    await turn(true);
    it.destroy();
    await turn(false);
    assert.deepEqual([said, asked], [[away, false], ["/base/_stcore/health"]]);
  });
}
