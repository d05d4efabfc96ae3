/** Elements, built without markup: text is only ever text. */

/**
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] false, null and undefined leave one out
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children);
  return element;
}

/**
 * Writes a text only where it differs, so that nothing is laid out anew for nothing.
 *
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} label
 * @param {() => void} act
 * @param {Record<string, string | boolean>} [attributes]
 * @returns {HTMLButtonElement}
 */
export function button(label, act, attributes = {}) {
  const element = /** @type {HTMLButtonElement} */ (el("button", { type: "button", ...attributes }, label));
  element.addEventListener("click", act);
  return element;
}

/**
 * One of a few: a row of buttons, or a list where there are many.
 *
 * @template {string | number | null} T
 * @param {string} name what is chosen, for the ear
 * @param {(value: T) => void} choose
 * @param {number} [most] buttons at most
 */
export function choice(name, choose, most = 5) {
  const element = el("span", { class: "choice", role: "group", "aria-label": name });
  let state = "";
  return {
    element,
    /**
     * @param {{value: T, label: string, title?: string, disabled?: boolean}[]} options
     * @param {T} value
     */
    set(options, value) {
      const next = JSON.stringify([options, value]);
      if (next === state) return;
      const focused = element.contains(/** @type {Document | ShadowRoot} */ (element.getRootNode()).activeElement);
      state = next;
      element.replaceChildren(...(options.length > most ? [list(options, value)] : options.map((o) => segment(o, o.value === value))));
      if (focused) /** @type {HTMLElement | null} */ (element.querySelector("[aria-pressed=true], select"))?.focus();
    },
  };

  /**
   * @param {{value: T, label: string, title?: string, disabled?: boolean}} option
   * @param {boolean} on
   */
  function segment(option, on) {
    const attributes = { class: "segment", "aria-pressed": String(on), title: option.title ?? "", disabled: Boolean(option.disabled) };
    return button(option.label, () => choose(option.value), attributes);
  }

  /**
   * @param {{value: T, label: string, disabled?: boolean}[]} options
   * @param {T} value
   */
  function list(options, value) {
    const items = options.map((o, i) => el("option", { value: i, selected: o.value === value, disabled: o.disabled }, o.label));
    const select = /** @type {HTMLSelectElement} */ (el("select", { "aria-label": name }, ...items));
    select.addEventListener("change", () => choose(options[Number(select.value)].value));
    return select;
  }
}
