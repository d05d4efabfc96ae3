import assert from "node:assert/strict";
import { test } from "node:test";

import { mergeSteps } from "../../app/static/live/history.js";
import { Teller } from "../../app/static/live/teller.js";

/** A window whose history can be read. */
function opened() {
  const on = new EventTarget();
  const steps = ["/"];
  const history = {
    pushState: (/** @type {unknown} */ _state, /** @type {string} */ _title, /** @type {string} */ url) => { steps.push(url); },
    replaceState: (/** @type {unknown} */ _state, /** @type {string} */ _title, /** @type {string} */ url) => { steps[steps.length - 1] = url; },
  };
  Object.assign(on, { history });
  const act = (/** @type {string} */ type, key = "", at = 0) => {
    const event = new Event(type);
    Object.defineProperties(event, { timeStamp: { value: at }, ...(key ? { key: { value: key } } : {}) });
    on.dispatchEvent(event);
  };
  const push = (/** @type {string} */ url) => history.pushState({}, "", url);
  return { on: /** @type {any} */ (on), steps, act, push };
}

test("what is pushed although nobody did anything since takes the last one's place", () => {
  const { on, steps, act, push } = opened();
  mergeSteps(on);
  push("/first");
  act("pointerdown");
  push("/first?of=another");
  push("/second?of=another");
  push("/second");
  assert.deepEqual(steps, ["/", "/first", "/second"]);
  act("click");
  push("/third");
  assert.deepEqual(steps, ["/", "/first", "/second", "/third"]);
});

test("a key pressed again and again is one thing done, until a pause or another key", () => {
  const { on, steps, act, push } = opened();
  mergeSteps(on);
  for (const [key, at] of /** @type {[string, number][]} */ ([["a", 5000], ["a", 5900], ["a", 6800], ["b", 6900], ["b", 8000]])) {
    act("keydown", key, at);
    push(`/${key}${at}`);
  }
  assert.deepEqual(steps, ["/", "/a6800", "/b6900", "/b8000"]);
});

test("two components on one page merge once", () => {
  const { on, steps, act, push } = opened();
  mergeSteps(on);
  mergeSteps(on);
  push("/a");
  act("click");
  push("/b");
  push("/c");
  assert.deepEqual(steps, ["/", "/a", "/c"]);
});

test("what is moved meanwhile goes with the next message", () => {
  const posts = [];
  const teller = new Teller((post) => posts.push(post));
  teller.tell({ a: 1 }, false);
  teller.tell({ a: 2 }, false);
  teller.tell({ b: 3 }, true);
  teller.hear(posts[0].n - 1);
  assert.equal(posts.length, 1);
  teller.hear(posts[0].n);
  assert.deepEqual(posts.map(({ values, final }) => [values, final]), [[{ a: 1 }, false], [{ a: 2, b: 3 }, true]]);
  teller.hear(posts[1].n);
  assert.equal(teller.flying, 0);
  teller.destroy();
});

test("what the page did not take over is said again, a few times", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const posts = [];
  const teller = new Teller((post) => posts.push(post));
  teller.tell({ a: 1 }, true);
  teller.tell({ b: 2 }, false);
  context.mock.timers.tick(1500);
  assert.deepEqual(posts[1].values, { a: 1, b: 2 });
  assert.equal(posts[1].final, true);
  for (let i = 0; i < 5; i += 1) context.mock.timers.tick(1500);
  assert.equal(posts.length, 4);
  teller.tell({ c: 3 }, false);
  assert.deepEqual(posts[4].values, { a: 1, b: 2, c: 3 });
  teller.hear(posts[4].n);
  teller.destroy();
});
