/** Makes elements say what new HTML says by changing only what differs: focus, hover, and sliders under a finger stay. */

/** Attributes that belong to the person who looks at the page. */
const OWN = ["open", "aria-expanded"];
const NAMES = ["id", "type", "data-input", "data-act", "data-part"];

/**
 * @param {Element} element
 * @param {string} html made by this program: text from outside is escaped in it
 */
export function morph(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  children(element, template.content);
}

/**
 * @param {Node} old
 * @param {Node} fresh
 */
function children(old, fresh) {
  const wanted = [...fresh.childNodes]; // what is moved over leaves the fresh ones
  wanted.forEach((next, i) => {
    const now = old.childNodes[i];
    if (!now) old.appendChild(next);
    else if (!alike(now, next)) old.replaceChild(next, now);
    else if (now instanceof Element && next instanceof Element) one(now, next);
    else if (now.nodeValue !== next.nodeValue) now.nodeValue = next.nodeValue;
  });
  while (old.childNodes.length > wanted.length && old.lastChild) old.removeChild(old.lastChild);
}

/**
 * @param {Element} now
 * @param {Element} next
 */
function one(now, next) {
  for (const { name } of [...now.attributes]) if (!next.hasAttribute(name) && !OWN.includes(name)) now.removeAttribute(name);
  for (const { name, value } of [...next.attributes]) if (!OWN.includes(name) && now.getAttribute(name) !== value) now.setAttribute(name, value);
  if (!now.matches("output[data-of]")) children(now, next);
}

/**
 * Whether one can become the other, and is the same thing to a person.
 *
 * @param {Node} now
 * @param {Node} next
 */
function alike(now, next) {
  if (now.nodeType !== next.nodeType || now.nodeName !== next.nodeName) return false;
  return !(now instanceof Element) || !(next instanceof Element) || NAMES.every((name) => now.getAttribute(name) === next.getAttribute(name));
}

/**
 * Lets a control show what its HTML says, where a person or an earlier answer left it elsewhere.
 *
 * @param {Element} input
 */
export function obey(input) {
  if (input instanceof HTMLSelectElement) {
    const chosen = input.querySelector("option[selected]");
    if (chosen instanceof HTMLOptionElement) chosen.selected = true;
  } else if (input instanceof HTMLTextAreaElement) input.value = input.defaultValue;
  else if (input instanceof HTMLInputElement && (input.type === "checkbox" || input.type === "radio")) input.checked = input.defaultChecked;
  else if (input instanceof HTMLInputElement && input.hasAttribute("value") && input.value !== input.defaultValue) input.value = input.defaultValue;
}

/**
 * Lets a control show what a person chose, where HTML that does not know of it yet says otherwise.
 *
 * @param {HTMLInputElement} input
 * @param {unknown} value
 */
export function keep(input, value) {
  if (input.type === "checkbox") input.checked = value === true;
  else if (input.type === "radio") input.checked = input.value === value;
  else if (input.value !== String(value)) input.value = String(value);
}

/**
 * Where the focus is within a part, in words that hold after its HTML is replaced.
 *
 * @param {HTMLElement} element
 */
export function addressOf(element) {
  const focused = /** @type {ShadowRoot | Document} */ (element.getRootNode()).activeElement;
  if (!focused || !element.contains(focused)) return null;
  const name = ["data-input", "data-act", "data-symbol", "id"].find((attribute) => focused.hasAttribute(attribute));
  const selector = name ? `[${name}="${CSS.escape(focused.getAttribute(name) ?? "")}"]` : focused.localName;
  return { selector, index: [...element.querySelectorAll(selector)].indexOf(focused) };
}
