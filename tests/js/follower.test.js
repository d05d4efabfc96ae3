import assert from "node:assert/strict";
import { test } from "node:test";

import { Follower } from "../../app/static/live/follower.js";
import { bytes, soon } from "./server.js";

const run = (/** @type {number} */ trained) => bytes({ kind: "run", trained, epochs: 4, complete: trained === 4 });
const awaited = (/** @type {string} */ address, tag = address) => bytes({ kind: "awaited", address, tag });

/**
 * A follower, what it has shown, and a server whose answers a test gives one by one.
 *
 * @param {import("node:test").TestContext} t
 */
function following(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const shown = /** @type {number[]} */ ([]);
  const asked = /** @type {string[]} */ ([]);
  const said = /** @type {string[]} */ ([]);
  /** @type {((answer: unknown) => void)[]} */
  const open = [];
  Object.assign(globalThis, { location: { href: "http://lab/" } });
  t.mock.method(globalThis, "fetch", (/** @type {URL} */ url, /** @type {{signal: AbortSignal}} */ { signal }) => {
    asked.push(url.pathname);
    return new Promise((resolve, reject) => {
      open.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  });
  const progress = /** @type {any} */ ({ wait: () => said.push("wait"), set: (/** @type {number} */ share) => said.push(String(share)) });
  let lost = 0;
  const follower = new Follower(progress, ({ header }) => void shown.push(header.trained), () => (lost += 1));
  /** @param {unknown} content bytes, a status or an error */
  const answer = async (content) => {
    const given = typeof content === "number" ? { status: content, ok: content < 300 } : content instanceof Error ? content : { status: 200, ok: true, arrayBuffer: async () => content };
    open.shift()?.(given);
    for (let i = 0; i < 5; i += 1) await soon();
  };
  const later = async (/** @type {number} */ ms) => {
    t.mock.timers.tick(ms);
    for (let i = 0; i < 5; i += 1) await soon();
  };
  return { follower, shown, asked, said, answer, later, lost: () => lost };
}

test("a run is fetched until it is whole, and then no more", async (t) => {
  const { follower, shown, asked, said, answer } = following(t);
  follower.hear(awaited("/run/a"));
  await answer(run(1));
  await answer(204);
  await answer(run(4));
  assert.deepEqual([shown, asked], [[1, 4], ["/run/a", "/run/a", "/run/a"]]);
  assert.deepEqual(said, ["wait", "0.25", "1"]);
});

test("another run takes the place of one that is awaited", async (t) => {
  const { follower, shown, asked, answer } = following(t);
  follower.hear(awaited("/run/a"));
  follower.hear(awaited("/run/b"));
  await answer(run(4)); // too late
  await answer(run(2));
  assert.deepEqual([shown, asked], [[2], ["/run/a", "/run/b", "/run/b"]]);
});

test("what is whole is not fetched again, whatever its address", async (t) => {
  const { follower, shown, asked, answer, said } = following(t);
  follower.hear(awaited("/run/a", "one"));
  await answer(run(4));
  follower.hear(awaited("/run/b", "one"));
  assert.deepEqual([shown, asked, said.at(-1)], [[4], ["/run/a"], "1"]);
  follower.hear(awaited("/run/c", "two"));
  await answer(run(1));
  follower.hear(awaited("/run/d", "one")); // the whole one has made way
  assert.deepEqual(asked.at(-1), "/run/d");
});

test("nothing is awaited any more where the page goes back to what is whole", async (t) => {
  const { follower, answer, asked } = following(t);
  const awaits = [follower.awaits];
  for (const tag of ["one", "two", "one"]) {
    follower.hear(awaited(`/run/${tag}`, tag));
    awaits.push(follower.awaits);
    if (asked.length === 1) await answer(run(4));
    awaits.push(follower.awaits);
  }
  assert.deepEqual(awaits, [false, true, false, true, true, false, false]);
});

test("the same words of the page, as in another theme, change nothing", async (t) => {
  const { follower, shown, answer } = following(t);
  const said = awaited("/run/a");
  follower.hear(said);
  await answer(run(1));
  follower.hear(said);
  await answer(run(3));
  assert.deepEqual(shown, [1, 3]);
});

test("a network that is away is tried again, ever more seldom, and no picture is lost", async (t) => {
  const { follower, shown, asked, answer, later } = following(t);
  follower.hear(awaited("/run/a"));
  await answer(run(1));
  await answer(new Error("offline"));
  await later(299);
  assert.equal(asked.length, 2);
  await later(1);
  await answer(502);
  await later(999);
  assert.equal(asked.length, 3);
  await later(1);
  await answer(new TextEncoder().encode("<html>Log in to the Wi-Fi</html>"));
  await later(2000);
  await answer(run(4));
  assert.deepEqual(shown, [1, 4]);
});

test("the page is asked about a run that is gone, unless it says by itself where to look", async (t) => {
  const { follower, shown, answer, later, lost } = following(t);
  follower.hear(awaited("/run/a"));
  await answer(bytes({ kind: "gone", reason: "Run: no." }));
  assert.equal(lost(), 0);
  await later(1000);
  assert.equal(lost(), 1);
  await answer(bytes({ kind: "gone", reason: "Run: no." }));
  await later(4999);
  assert.equal(lost(), 1);
  await later(1);
  assert.equal(lost(), 2);
  await answer(bytes({ kind: "gone", reason: "Run: no." }));
  follower.hear(awaited("/run/b"));
  await later(60_000);
  assert.equal(lost(), 2);
  await answer(run(4));
  assert.deepEqual(shown, [4]);
});

test("bytes that are a run themselves are shown as they are", (t) => {
  const { follower, shown, asked } = following(t);
  follower.hear(run(4));
  assert.deepEqual([shown, asked], [[4], []]);
});

test("a player that is gone fetches nothing", async (t) => {
  const { follower, shown, asked, answer, later } = following(t);
  follower.hear(awaited("/run/a"));
  follower.stop();
  await answer(run(4));
  await later(60_000);
  assert.deepEqual([shown, asked], [[], ["/run/a"]]);
});
