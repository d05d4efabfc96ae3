/** The button that puts the address of this very picture on the clipboard. */

import { button, el, say } from "./dom.js";
import { icon } from "./icons.js";

const SHOWN = 2500;

export class CopyLink {
  /** @param {() => string} address */
  constructor(address) {
    this.address = address;
    this.label = el("span", {}, "Copy link");
    this.button = button("", () => void this.copy(), { class: "plain", title: "Copy the address of this picture: settings, moment and view" });
    this.button.append(icon("link"), this.label);
    this.field = /** @type {HTMLInputElement} */ (el("input", { type: "text", readonly: true, hidden: true, "aria-label": "Address of this picture" }));
    this.field.addEventListener("keydown", (event) => event.stopPropagation());
    this.said = el("span", { class: "unseen", "aria-live": "polite" });
    this.element = el("div", { class: "copy" }, this.field, this.button, this.said);
    this.timer = 0;
  }

  async copy() {
    const address = this.address();
    let done = false;
    try {
      await navigator.clipboard.writeText(address);
      done = true;
    } catch {
      done = false; // no permission, or not a secure address: the link is shown instead
    }
    this.field.hidden = done;
    this.field.value = address;
    if (!done) {
      this.field.focus();
      this.field.select();
    }
    say(this.label, done ? "Copied" : "Copy from here");
    say(this.said, done ? "Link copied" : "Copy the link from the field");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => say(this.label, "Copy link"), SHOWN);
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
