/** The card of a class link: the address to copy, and its picture to scan, enlarge and keep. */

import { button, el, say } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @typedef {{address: string, svg: string, note: string}} Card
 * @typedef {{data: Card, parentElement: ParentNode & Node}} Component
 */

const SHOWN = 2500;

/** @type {WeakMap<object, ClassCard>} */
const mounted = new WeakMap();

/**
 * @param {Component} component
 * @param {string} css
 */
export default function card(component, css) {
  const { parentElement, data } = component;
  let shown = mounted.get(parentElement);
  if (!shown) {
    shown = new ClassCard(parentElement, css);
    mounted.set(parentElement, shown);
  }
  shown.set(data);
  return () => {
    if (parentElement.isConnected) return;
    mounted.get(parentElement)?.destroy();
    mounted.delete(parentElement);
  };
}

export class ClassCard {
  /**
   * @param {ParentNode} parent
   * @param {string} css
   */
  constructor(parent, css) {
    this.timer = 0;
    this.field = /** @type {HTMLTextAreaElement} */ (el("textarea", { readonly: true, "aria-label": "Address of the class link", spellcheck: "false" }));
    this.label = el("span", {}, "Copy");
    this.copy = button("", () => void this.copyAddress());
    this.copy.append(icon("link"), this.label);
    this.open = link("Open as a student", { target: "_blank", rel: "noopener" }, "screen");
    this.save = link("Save the picture", { download: "class-link.svg" }, "save");
    this.image = picture();
    this.code = button("", () => this.enlarge(), { class: "code", "aria-label": "Show the QR code on the whole screen", title: "Show on the whole screen" });
    this.code.append(this.image);
    this.larger = button("", () => this.enlarge());
    this.larger.append(icon("enlarge"), el("span", {}, "Whole screen"));
    this.note = el("p", { class: "note" });
    this.none = el("p", { class: "note" }, "The address is too long for a QR code: a table of one's own travels in it. Send the link instead.");
    this.said = el("span", { class: "unseen", "aria-live": "polite" });
    this.show = this.screen();
    const root = el("div", { class: "card", role: "group", "aria-label": "Class link" },
      this.field, el("div", { class: "row" }, this.copy, this.open), this.note, this.code, this.none, el("div", { class: "row" }, this.larger, this.save), this.said, this.show);
    parent.replaceChildren(el("style", {}, css), root);
  }

  /** The picture on the whole screen, above everything. */
  screen() {
    this.large = picture();
    this.words = el("p");
    const close = button("", () => show.close(), { "aria-label": "Close", title: "Close (Escape)" });
    close.append(icon("close"));
    const show = /** @type {HTMLDialogElement} */ (el("dialog", { class: "show", "aria-label": "QR code of the class link" }, this.large, this.words, close));
    show.addEventListener("keydown", (event) => event.stopPropagation()); // Escape closes this, not the dialog below
    show.addEventListener("close", () => {
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
      this.larger.focus();
    });
    show.addEventListener("fullscreenchange", () => {
      if (!document.fullscreenElement) show.close();
    });
    return show;
  }

  /** @param {Card} data */
  set({ address, svg, note }) {
    const source = svg ? `data:image/svg+xml,${encodeURIComponent(svg)}` : "";
    if (this.field.value !== address) this.field.value = address;
    this.open.setAttribute("href", address);
    this.save.setAttribute("href", source);
    for (const image of [this.image, /** @type {HTMLElement} */ (this.large)]) if (image.getAttribute("src") !== source) image.setAttribute("src", source);
    say(/** @type {HTMLElement} */ (this.words), address);
    say(this.note, note);
    this.note.hidden = !note;
    this.none.hidden = Boolean(svg);
    for (const part of [this.code, this.larger, this.save]) part.hidden = !svg;
  }

  async copyAddress() {
    let done = true;
    try {
      await navigator.clipboard.writeText(this.field.value);
    } catch {
      done = false; // no permission, or not a secure address
      this.field.focus();
      this.field.select();
    }
    say(this.label, done ? "Copied" : "Copy from the field");
    say(this.said, done ? "Class link copied" : "Copy the class link from the field");
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => say(this.label, "Copy"), SHOWN);
  }

  enlarge() {
    this.show.showModal();
    void this.show.requestFullscreen?.().catch(() => {}); // where it is refused, the dialog fills the window
  }

  destroy() {
    clearTimeout(this.timer);
  }
}

/** @returns {HTMLElement} */
function picture() {
  return el("img", { alt: "QR code of the class link", src: "" });
}

/**
 * @param {string} label
 * @param {Record<string, string>} attributes
 * @param {"screen" | "save"} name
 */
function link(label, attributes, name) {
  const element = el("a", attributes);
  element.append(icon(name), el("span", {}, label));
  return element;
}
