/** A sheet of HTML made in Python: replaces what changed, lights what means the same, and tells what a person moves and does. */

import { el, say } from "./dom.js";
import { keepDone } from "./done.js";
import { mergeSteps } from "./history.js";
import { addressOf, keep, morph, obey } from "./morph.js";
import { Dragging } from "./place.js";
import { tellerOf, TOLD_AGAIN } from "./teller.js";
import { parseColour } from "./theme.js";

/**
 * @typedef {{parts: [string, string][], heard: import("./teller.js").Heard, key: string, label: string}} SheetData
 * @typedef {{data: SheetData, parentElement: ParentNode & Node, setStateValue: (name: string, value: unknown) => void}} Component
 */

const TYPED = "input[type=number], input[type=text], textarea";
const FIELDS = "input, select, textarea, [contenteditable], [role=slider], [role=tab], [role=radio], [role=combobox]";

/** @type {WeakMap<object, Sheet>} */
const mounted = new WeakMap();

/**
 * @param {Component} component
 * @param {string} css
 */
export default function sheet(component, css) {
  const { parentElement } = component;
  mergeSteps(window);
  let shown = mounted.get(parentElement);
  if (!shown) {
    shown = new Sheet(parentElement, css, component.data.key);
    mounted.set(parentElement, shown);
  }
  shown.update(component);
  return () => {
    if (parentElement.isConnected) return;
    mounted.get(parentElement)?.destroy();
    mounted.delete(parentElement);
  };
}

export class Sheet {
  /**
   * @param {ParentNode} parent
   * @param {string} css
   * @param {string} key
   */
  constructor(parent, css, key) {
    this.root = el("div", { class: "sheet", role: "region" });
    const style = el("style");
    style.textContent = css;
    parent.replaceChildren(style, this.root);
    /** @type {Map<string, {element: HTMLElement, html: string}>} */ this.parts = new Map();
    /** @type {Component | null} */ this.component = null;
    /** @type {string | null} */ this.lit = null;
    /** @type {HTMLElement | null} the control under the pointer */ this.held = null;
    this.late = el("p", { class: "late", role: "status" });
    this.root.append(this.late);
    this.teller = tellerOf(key);
    /** @type {import("./teller.js").Mouth} */ this.mouth = {
      post: (message) => this.component?.setStateValue("moved", message),
      late: (late) => say(this.late, late ? TOLD_AGAIN : ""),
    };
    this.player = 0;
    const on = (/** @type {string} */ type, /** @type {(event: Event) => void} */ act) => this.root.addEventListener(type, act);
    on("input", (event) => this.move(event, false));
    on("change", (event) => this.move(event, true));
    on("click", (event) => this.click(event));
    for (const type of ["pointerover", "focusin"]) on(type, (event) => this.light(symbolOf(event)));
    for (const type of ["pointerleave", "focusout"]) on(type, () => this.light(null));
    on("focusout", () => setTimeout(() => this.obey()));
    on("pointerdown", (event) => this.hold(closest(event, "[data-input]")));
    this.dragging = new Dragging(this.root, (values, final) => this.teller.tell(values, final));
    this.free = () => this.hold(null);
    this.press = (/** @type {KeyboardEvent} */ event) => this.key(event);
    for (const type of ["pointerup", "pointercancel"]) window.addEventListener(type, this.free);
    window.addEventListener("keydown", this.press);
  }

  /** @param {Component} component */
  update(component) {
    const first = !this.component;
    this.component = component;
    const { parts, heard, label } = component.data;
    this.root.setAttribute("aria-label", label);
    const colour = parseColour(getComputedStyle(this.root).getPropertyValue("--st-background-color")) ?? [255, 255, 255];
    this.root.classList.toggle("dark", colour[0] * 0.299 + colour[1] * 0.587 + colour[2] * 0.114 < 128);
    const names = new Set(parts.map(([name]) => name));
    for (const [name, part] of this.parts) if (!names.has(name)) this.forget(name, part.element);
    parts.forEach(([name, html], i) => {
      this.attach(name, i);
      this.put(name, html);
    });
    this.teller.hear(heard);
    if (first) this.teller.open(this.mouth);
    this.obey();
    this.light(this.lit);
    keepDone(this.root);
    this.play();
  }

  /**
   * @param {string} name
   * @param {number} i its place
   */
  attach(name, i) {
    if (!this.parts.has(name)) this.parts.set(name, { element: el("section", { "data-part": name }), html: "" });
    const element = /** @type {HTMLElement} */ (this.parts.get(name)?.element);
    if (this.root.children[i] !== element) this.root.insertBefore(element, this.root.children[i] ?? null);
  }

  /**
   * @param {string} name
   * @param {string} html
   */
  put(name, html) {
    const part = this.parts.get(name);
    if (!part || part.html === html) return;
    const focus = addressOf(part.element);
    part.html = html;
    morph(part.element, html);
    const { activeElement } = /** @type {ShadowRoot | Document} */ (part.element.getRootNode());
    if (!focus || part.element.contains(activeElement)) return;
    /** @type {HTMLElement | undefined} */ (part.element.querySelectorAll(focus.selector)[focus.index])?.focus({ preventScroll: true });
  }

  /** Lets controls show what a person chose until the page has heard it, then what the page says; but none that is in hand. */
  obey() {
    const { activeElement } = /** @type {ShadowRoot | Document} */ (this.root.getRootNode());
    const { waiting } = this.teller;
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (this.root.querySelectorAll("[data-input]"))) {
      const { input: name = "" } = input.dataset;
      if (input === this.held || (input === activeElement && input.matches(TYPED))) continue;
      if (name in waiting) keep(input, waiting[name]);
      else obey(input);
    }
    for (const output of this.root.querySelectorAll("output[data-of]")) this.fill(/** @type {HTMLElement} */ (output));
  }

  /**
   * @param {string} name
   * @param {HTMLElement} element
   */
  forget(name, element) {
    element.remove();
    this.parts.delete(name);
  }

  /** @param {HTMLElement} output */
  fill(output) {
    const input = /** @type {HTMLInputElement | null} */ (this.root.querySelector(`[data-input="${CSS.escape(output.dataset.of ?? "")}"]`));
    if (input) say(output, input.value.replace("-", "−"));
  }

  /**
   * @param {Event} event
   * @param {boolean} final
   */
  move(event, final) {
    const input = /** @type {HTMLInputElement | null} */ (closest(event, "[data-input]"));
    if (!input?.dataset.input) return;
    const name = input.dataset.input;
    const number = input.type === "range" || input.type === "number";
    if (number && !Number.isFinite(input.valueAsNumber)) return; // half typed
    for (const output of this.root.querySelectorAll(`output[data-of="${CSS.escape(name)}"]`)) say(output, input.value.replace("-", "−"));
    this.teller.tell({ [name]: input.type === "checkbox" ? input.checked : number ? input.valueAsNumber : input.value }, final);
  }

  /** @param {HTMLElement | null} control */
  hold(control) {
    this.held = control;
    this.root.classList.toggle("held", control !== null);
  }

  /** @param {Event} event */
  click(event) {
    const term = closest(event, ".term");
    const act = closest(event, "[data-act]");
    for (const open of this.root.querySelectorAll(".term[aria-expanded=true]")) if (open !== term) open.setAttribute("aria-expanded", "false");
    if (term) term.setAttribute("aria-expanded", String(term.getAttribute("aria-expanded") !== "true"));
    else if (act && !act.hasAttribute("disabled")) this.teller.act(act.dataset.act ?? "");
    this.light(symbolOf(event)); // a finger cannot hover
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {Element} */ (event.composedPath()[0]);
    const ours = event.composedPath().includes(this.root) || document.activeElement === document.body;
    if (event.key === "Escape") for (const open of this.root.querySelectorAll(".term[aria-expanded=true]")) open.setAttribute("aria-expanded", "false");
    if (!ours || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.matches?.(FIELDS)) return;
    const bound = [...this.root.querySelectorAll("[data-keys]")].flatMap((e) => (e.getAttribute("data-keys") ?? "").split(" "));
    const act = bound.map((pair) => pair.split(":")).find(([name]) => name === (event.key === " " ? "Space" : event.key))?.[1];
    if (!act || (event.key === " " && target.matches?.("button, summary"))) return;
    event.preventDefault();
    this.teller.act(act);
  }

  /** @param {string | null} symbol */
  light(symbol) {
    this.lit = symbol;
    for (const lit of this.root.querySelectorAll(".lit")) if (lit.getAttribute("data-symbol") !== symbol) lit.classList.remove("lit");
    if (symbol) for (const same of this.root.querySelectorAll(`[data-symbol="${CSS.escape(symbol)}"]`)) same.classList.add("lit");
  }

  /** Goes on by itself while a part says so: data-play="next:1500". */
  play() {
    clearTimeout(this.player);
    const [act, pause] = (this.root.querySelector("[data-play]")?.getAttribute("data-play") ?? "").split(":");
    if (!act) return;
    this.player = window.setTimeout(() => {
      if (!document.hidden) this.teller.tick(act);
      this.play();
    }, Math.max(100, Number(pause) || 1000));
  }

  destroy() {
    this.dragging.destroy();
    this.teller.close(this.mouth);
    clearTimeout(this.player);
    for (const type of ["pointerup", "pointercancel"]) window.removeEventListener(type, this.free);
    window.removeEventListener("keydown", this.press);
  }
}

/**
 * @param {Event} event
 * @param {string} selector
 */
const closest = (event, selector) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.composedPath()[0]).closest?.(selector) ?? null);

/** @param {Event} event */
const symbolOf = (event) => closest(event, "[data-symbol]")?.getAttribute("data-symbol") ?? null;
