import assert from "node:assert/strict";
import { test } from "node:test";

import { Asker } from "../../app/static/live/asker.js";
import { bytes, soon } from "./server.js";

/**
 * An asker, what it was answered, and a server whose answers a test gives one by one.
 *
 * @param {import("node:test").TestContext} t
 */
function asking(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent = /** @type {[string, any][]} */ ([]);
  const got = /** @type {unknown[]} */ ([]);
  /** @type {((answer: unknown) => void)[]} */
  const open = [];
  Object.assign(globalThis, { location: { href: "http://lab/" } });
  t.mock.method(globalThis, "fetch", (/** @type {URL} */ url, /** @type {RequestInit} */ { method, body, headers }) => {
    assert.deepEqual([method, headers], ["POST", { "Content-Type": "application/json" }]);
    sent.push([url.pathname, JSON.parse(/** @type {string} */ (body))]);
    return new Promise((resolve, reject) => open.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer))));
  });
  let lost = 0;
  const trained = /** @type {number[]} */ ([]);
  const asker = new Asker(({ header }) => void got.push(header.value), () => (lost += 1), (share) => void trained.push(share));
  asker.at("/ask/a");
  /** @param {unknown} content a header, a status or an error */
  const answer = async (content) => {
    const given = typeof content === "number" ? { status: content, ok: content < 300 } : content instanceof Error ? content : { status: 200, ok: true, arrayBuffer: async () => bytes(/** @type {any} */ (content)) };
    open.shift()?.(given);
    for (let i = 0; i < 6; i += 1) await soon();
  };
  const value = (/** @type {unknown} */ it) => answer({ kind: "answer", value: it });
  const later = async (/** @type {number} */ ms) => {
    t.mock.timers.tick(ms);
    for (let i = 0; i < 6; i += 1) await soon();
  };
  return { asker, sent, got, trained, answer, value, later, lost: () => lost, asked: () => sent.map(([, question]) => question.gamma) };
}

test("one question is in flight; of those that wait, the newest goes next", async (t) => {
  const { asker, got, value, asked } = asking(t);
  for (const gamma of [1, 2, 3]) asker.ask({ gamma });
  assert.deepEqual(asked(), [1]);
  await value("one");
  assert.deepEqual(asked(), [1, 3]);
  await value("three");
  assert.deepEqual(got, ["one", "three"]);
});

test("an answer to what was taken back is not delivered, and the next question is put", async (t) => {
  const { asker, got, value, asked } = asking(t);
  asker.ask({ gamma: 1 });
  asker.cancel();
  await value("unwanted");
  assert.deepEqual(got, []);
  asker.ask({ gamma: 2 });
  await value("wanted");
  assert.deepEqual([got, asked()], [["wanted"], [1, 2]]);
});

test("what is asked while an answer is shown is put", async (t) => {
  const { asker, got, value, asked } = asking(t);
  const first = asker.answered;
  asker.answered = (answer) => {
    first(answer);
    if (got.length === 1) asker.ask({ gamma: 2 });
  };
  asker.ask({ gamma: 1 });
  await value("one");
  await value("two");
  assert.deepEqual([got, asked()], [["one", "two"], [1, 2]]);
});

test("a question waits for an address, and goes where the page says now", async (t) => {
  const { asker, sent, value } = asking(t);
  asker.at("");
  asker.ask({ gamma: 1 });
  assert.deepEqual(sent, []);
  asker.at("/ask/b");
  await value("one");
  assert.deepEqual(sent, [["/ask/b", { gamma: 1 }]]);
});

for (const status of [204, 400]) {
  test(`a question that is refused with ${status} is put again at another address only, unless another is asked`, async (t) => {
    const { asker, sent, got, answer, value, later, asked } = asking(t);
    asker.ask({ gamma: 1 });
    await answer(status);
    await later(10000);
    assert.deepEqual([got, asked()], [[], [1]]);
    asker.at("/ask/b");
    assert.deepEqual(sent.at(-1), ["/ask/b", { gamma: 1 }]);
    await answer(status);
    asker.ask({ gamma: 2 });
    await value("two");
    asker.at("/ask/c");
    await later(0);
    assert.deepEqual([got, asked()], [["two"], [1, 1, 2]]);
  });
}

test("a question that is refused where the page has moved on is put there", async (t) => {
  const { asker, sent, got, answer, value } = asking(t);
  asker.ask({ gamma: 1 });
  asker.at("/ask/b");
  await answer(204);
  await value("one");
  assert.deepEqual([got, sent.map(([path]) => path)], [["one"], ["/ask/a", "/ask/b"]]);
});

for (const [name, failure] of /** @type {[string, unknown][]} */ ([["a lost network", new Error("offline")], ["an error", 500]])) {
  test(`after ${name} the newest question is put again, later and later`, async (t) => {
    const { asker, got, answer, value, later, asked, lost } = asking(t);
    asker.ask({ gamma: 1 });
    await answer(failure);
    await later(200);
    assert.deepEqual(asked(), [1]);
    await later(100);
    assert.deepEqual(asked(), [1, 1]);
    asker.ask({ gamma: 2 });
    await answer(failure);
    await later(900);
    assert.equal(asked().length, 2);
    await later(100);
    await value("two");
    assert.deepEqual([got, asked(), lost()], [["two"], [1, 1, 2], 0]);
  });
}

test("of a run that is trained again it tells how far it is, and asks often", async (t) => {
  const { asker, got, trained, answer, value, later, asked, lost } = asking(t);
  asker.ask({ gamma: 1 });
  await answer({ kind: "busy", progress: 0.1 });
  for (const [ms, progress] of [[200, 0.3], [300, 0.5], [500, 0.7], [500, 0.9]]) {
    await later(ms - 1);
    const before = asked().length;
    await later(1);
    assert.equal(asked().length, before + 1);
    await answer({ kind: "busy", progress });
  }
  await later(500);
  assert.deepEqual(trained, [0.1, 0.3, 0.5, 0.7, 0.9]);
  await value("one");
  assert.deepEqual([got, trained.slice(5), lost()], [["one"], [1, 1], 0]);
});

test("of what is not asked any more nothing is told", async (t) => {
  const { asker, trained, answer, later, asked } = asking(t);
  asker.ask({ gamma: 1 });
  await answer({ kind: "busy", progress: 0.1 });
  asker.cancel();
  await later(200);
  assert.deepEqual([trained, asked()], [[0.1, 1], [1]]);
});

test("an address that is none any more is asked of the page, and the question put where it says", async (t) => {
  const { asker, sent, got, answer, value, later, lost } = asking(t);
  asker.ask({ gamma: 1 });
  await answer({ kind: "gone" });
  await later(999);
  assert.equal(lost(), 0);
  await later(1);
  assert.equal(lost(), 1);
  await answer({ kind: "gone" });
  asker.at("/ask/b");
  await later(0);
  await value("one");
  assert.deepEqual(sent.map(([path]) => path), ["/ask/a", "/ask/a", "/ask/b"]);
  assert.deepEqual([got, lost()], [["one"], 1]);
});

test("a player that is gone asks no more", async (t) => {
  const { asker, got, value, later, asked, answer } = asking(t);
  asker.ask({ gamma: 1 });
  asker.ask({ gamma: 2 });
  asker.destroy();
  await value("one");
  await later(10000);
  assert.deepEqual([got, asked()], [[], [1]]);
  await answer(204);
});
