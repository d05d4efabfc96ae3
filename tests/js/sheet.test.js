import assert from "node:assert/strict";
import { test } from "node:test";

import { mergeSteps } from "../../app/static/live/history.js";
import { Teller, tellerOf } from "../../app/static/live/teller.js";

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

/** A teller, what it posted, and the page's answer that all up to an item is heard. */
function telling() {
  const posts = /** @type {any[]} */ ([]);
  const said = /** @type {boolean[]} */ ([]);
  const mouth = { post: (/** @type {any} */ post) => void posts.push(structuredClone(post)), late: (/** @type {boolean} */ late) => void said.push(late) };
  const teller = new Teller();
  teller.open(mouth);
  const items = () => posts.at(-1).items;
  const hear = (id = items().at(-1).id) => teller.hear({ sheet: teller.sheet, id });
  return { teller, posts, said, mouth, items, hear };
}

test("what is moved meanwhile, until it is let go, is one item of the next message", () => {
  const { teller, mouth, posts, items, hear } = telling();
  teller.tell({ a: 1 }, false);
  const moved = { a: 2 };
  teller.tell(moved, false);
  teller.tell({ b: 3 }, true);
  teller.tell({ c: 4 }, false);
  assert.deepEqual(posts, [{ sheet: teller.sheet, n: 1, items: [{ id: 1, values: { a: 1 }, final: false }] }]);
  hear();
  assert.deepEqual(items(), [{ id: 2, values: { a: 2, b: 3 }, final: true }, { id: 3, values: { c: 4 }, final: false }]);
  assert.deepEqual(moved, { a: 2 });
  assert.equal(posts.length, 2);
  hear();
  assert.equal(teller.flying, 0);
  assert.equal(posts.length, 2);
  teller.close(mouth);
});

test("an act waits behind the values that were told before it, and those told later stay behind it", () => {
  const { teller, mouth, posts, items, hear } = telling();
  teller.tell({ a: 1 }, false);
  teller.tell({ a: 2 }, true);
  teller.act("use");
  teller.tell({ a: 3 }, false);
  teller.tell({ a: 4 }, true);
  teller.act("use");
  assert.equal(posts.length, 1);
  hear();
  assert.deepEqual(items(), [
    { id: 2, values: { a: 2 }, final: true },
    { id: 3, act: "use" },
    { id: 4, values: { a: 4 }, final: true },
    { id: 5, act: "use" },
  ]);
  teller.close(mouth);
});

test("what the page does not hear is said again under the same numbers with what came since, for ever, ever more seldom", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { teller, posts, said, mouth, items, hear } = telling();
  const first = { id: 1, values: { a: 1 }, final: true };
  teller.tell({ a: 1 }, true);
  teller.tell({ b: 2 }, false);
  context.mock.timers.tick(1499);
  assert.equal(posts.length, 1);
  context.mock.timers.tick(1);
  assert.deepEqual(items(), [first, { id: 2, values: { b: 2 }, final: false }]);
  assert.deepEqual(said, [false]);
  context.mock.timers.tick(3000);
  assert.deepEqual([posts.length, said], [3, [false, true]]); // now it is told that none has answered
  context.mock.timers.tick(5999);
  assert.equal(posts.length, 3);
  context.mock.timers.tick(1);
  for (let i = 0; i < 100; i += 1) context.mock.timers.tick(12_000);
  assert.deepEqual(posts.map(({ n }) => n), Array.from({ length: 104 }, (_, i) => i + 1));
  teller.tell({ b: 3 }, false);
  assert.equal(posts.length, 104);
  hear();
  assert.deepEqual(items(), [{ id: 3, values: { b: 3 }, final: false }]);
  assert.deepEqual(said, [false, true, false]);
  hear();
  context.mock.timers.tick(100_000);
  assert.equal(posts.length, 105);
  teller.close(mouth);
});

test("what a sheet did not get told before it was taken away, the sheet of the same name tells that is drawn in its place", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { teller, posts, mouth, items } = telling();
  teller.tell({ a: 1 }, true);
  teller.tell({ a: 2, b: true }, true);
  teller.act("use");
  assert.deepEqual(teller.waiting, { a: 2, b: true });
  teller.close({ ...mouth }); // another's end
  teller.close(mouth);
  context.mock.timers.tick(100_000);
  assert.equal(posts.length, 1);
  teller.open(mouth);
  assert.deepEqual([items().map(({ id }) => id), posts.length], [[1, 2, 3], 2]);
  teller.close(mouth);
  assert.equal(tellerOf("a"), tellerOf("a"));
  assert.notEqual(tellerOf("a"), tellerOf("b"));
});

test("what was meant for a page that was left is not told when somebody tells again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { teller, posts, mouth, items } = telling();
  teller.act("first");
  teller.act("second");
  context.mock.timers.tick(5000);
  teller.close(mouth);
  teller.forget();
  const before = posts.length;
  teller.open(mouth);
  assert.deepEqual([posts.length, teller.late], [before, false]);
  teller.act("third");
  assert.deepEqual(items().map((/** @type {any} */ { act }) => act), ["third"]);
  teller.close(mouth);
});

test("a page that answers and knows nothing of what was told twice is told at once", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { teller, posts, mouth } = telling();
  teller.tell({ a: 1 }, true);
  teller.hear({ sheet: 0, id: 0 }); // what it drew before it was told
  assert.equal(posts.length, 1);
  context.mock.timers.tick(1500);
  teller.hear({ sheet: 0, id: 0 });
  assert.deepEqual(posts.map(({ n }) => n), [1, 2, 3]);
  teller.close(mouth);
});

test("what is heard is not said again; what came since is, at once", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { teller, mouth, posts, items, hear } = telling();
  teller.act("a");
  teller.act("b");
  context.mock.timers.tick(1500);
  hear(1); // the first message's answer, after the second went off
  assert.equal(posts.length, 2);
  assert.equal(teller.flying, 2);
  teller.act("c");
  context.mock.timers.tick(3000);
  assert.deepEqual(items(), [{ id: 2, act: "b" }, { id: 3, act: "c" }]);
  teller.act("d");
  hear();
  assert.deepEqual(items(), [{ id: 4, act: "d" }]);
  teller.close(mouth);
});

test("what another sheet's count says means nothing", () => {
  const { teller, mouth, posts, hear } = telling();
  teller.act("a");
  teller.act("b");
  teller.hear({ sheet: teller.sheet / 2 + 1, id: 99 });
  assert.equal(posts.length, 1);
  assert.notEqual(new Teller().sheet, teller.sheet);
  hear();
  assert.equal(posts.length, 2);
  teller.close(mouth);
});

test("no message holds more than the page takes from one", () => {
  const { teller, mouth, posts, items, hear } = telling();
  for (let i = 0; i < 150; i += 1) teller.act(`a${i}`);
  hear();
  assert.deepEqual([items().length, items()[0].id, teller.flying], [100, 2, 101]);
  teller.tell({ a: 1 }, false);
  hear();
  assert.deepEqual([items().length, items()[0].id, posts.length], [50, 102, 3]);
  teller.close(mouth);
});

test("an act that comes by itself does not pile up", () => {
  const { teller, mouth, items, hear } = telling();
  teller.tell({ a: 1 }, false);
  teller.tick("next"); // values that wait for an answer hold no act back
  teller.tick("next");
  hear();
  teller.tick("next");
  assert.deepEqual(items(), [{ id: 2, act: "next" }]);
  assert.equal(teller.queue.length, 1);
  hear();
  teller.tick("next");
  assert.deepEqual(items(), [{ id: 3, act: "next" }]);
  teller.close(mouth);
});
