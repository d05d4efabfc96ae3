import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Clock } from "../../app/static/live/clock.js";

/** @type {((now: number) => void)[]} */
let asked = [];
let now = 1000;
globalThis.requestAnimationFrame = (act) => asked.push(act);
globalThis.cancelAnimationFrame = () => { asked = []; };

function pass(milliseconds) {
  now += milliseconds;
  const acts = asked;
  asked = [];
  acts.forEach((act) => act(now));
}

beforeEach(() => { asked = []; });

function clock(last, more = false) {
  const made = new Clock(() => {});
  made.extent(last, more);
  return made;
}

test("no animation frame is asked for unless it plays", () => {
  const c = clock(50);
  c.go(3);
  c.step(1);
  assert.equal(asked.length, 0);
  c.play();
  assert.equal(asked.length, 1);
  c.pause();
  assert.equal(asked.length, 0);
});

test("it plays to the end, stops there, and starts over from there", () => {
  const c = clock(50);
  c.play();
  for (let i = 0; i < 2000 && c.playing; i += 1) pass(16);
  assert.deepEqual([c.playing, c.position, asked.length], [false, 50, 0]);
  c.play();
  assert.deepEqual([c.playing, c.position], [true, 0]);
});

test("twice the speed is twice as far", () => {
  const walk = (speed) => {
    const c = clock(90);
    c.speed = speed;
    c.play();
    for (let i = 0; i < 60; i += 1) pass(16);
    return c.position;
  };
  assert.ok(Math.abs(walk(2) - 2 * walk(1)) < 1e-9);
});

test("it stands on a frame when it stands", () => {
  const c = clock(50);
  c.play();
  for (let i = 0; i < 7; i += 1) pass(16);
  assert.notEqual(c.shown, Math.round(c.shown));
  c.pause();
  assert.equal(c.position, Math.round(c.position));
  c.go(99);
  assert.equal(c.position, 50);
});

test("while a run goes on it waits at the end and plays on when more comes", () => {
  const c = clock(2, true);
  c.play();
  for (let i = 0; i < 200; i += 1) pass(16);
  assert.deepEqual([c.playing, c.position, asked.length], [true, 2, 0]);
  c.extent(5, true);
  assert.equal(asked.length, 1);
  pass(16);
  pass(16);
  assert.ok(c.position > 2);
});

test("without smooth motion it shows whole frames", () => {
  const c = clock(50);
  c.smooth = false;
  c.play();
  for (let i = 0; i < 7; i += 1) pass(16);
  assert.equal(c.shown, Math.floor(c.shown));
});
