import assert from "node:assert/strict";
import { test } from "node:test";

import { layerAct, wantedLayers } from "../../app/static/live/diagram.js";

const told = (...acts) => acts.map((act, id) => ({ id, act }));

test("what was clicked and not heard is found again, the last click of each layer", () => {
  const items = [...told(layerAct(1, false), layerAct(2, true), "seed:3", layerAct(1, true)), { id: 9, values: { class: "{}" }, final: true }];
  assert.deepEqual([...wantedLayers(items)], [[0, true], [1, true]]);
});

test("what is no click on a layer is none", () => {
  assert.deepEqual([...wantedLayers(told("lost", "layer:x:on", "layer:1:maybe", "present:on"))], []);
});
