/** Tells the page what a person moves and does, in order and each once: one message in flight, and again until it is heard. */

const PATIENCE = 1500;
const LONGEST = 12000; // between two tellings of the same
const LATE_AFTER = 2; // tellings without an answer, after which the person is told
const MOST = 100; // the page takes no more from one message

export const TOLD_AGAIN = "No answer yet. What you changed is kept, and told again until there is one.";

/**
 * @typedef {{id: number, values: Record<string, unknown>, final: boolean} | {id: number, act: string}} Item
 * @typedef {{sheet: number, n: number, items: Item[]}} Message
 * @typedef {{sheet: number, id: number}} Heard the last item that the page took over, and whose it was
 * @typedef {{post: (message: Message) => void, late: (late: boolean) => void}} Mouth what sends a message, and says that none is answered
 */

/** @type {Map<string, Teller>} */
const tellers = new Map();

/**
 * The one teller of a sheet in this document: Streamlit may take a sheet away and draw it anew at any time, and what was not
 * heard by then is still to be told.
 *
 * @param {string} key the sheet's
 */
export function tellerOf(key) {
  const teller = tellers.get(key) ?? new Teller();
  tellers.set(key, teller);
  return teller;
}

export class Teller {
  constructor() {
    this.sheet = Math.random(); // an earlier document's count means nothing here
    /** @type {Item[]} told, and not heard as far as is known */ this.queue = [];
    this.told = this.sent = this.flying = this.posts = this.tries = 0;
    /** @type {Mouth | null} */ this.mouth = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
  }

  /** Forgets what waits: the page that it was meant for was left. */
  forget() {
    this.queue = [];
    this.flying = this.tries = 0;
  }

  /** @param {Mouth} mouth by which all is told from now on */
  open(mouth) {
    this.mouth = mouth;
    mouth.late(this.late);
    this.again();
  }

  /** @param {Mouth} mouth nothing is told by it any more; what waits, waits for another */
  close(mouth) {
    if (this.mouth !== mouth) return;
    this.mouth = null;
    clearTimeout(this.timer);
  }

  /** Whether the person should know that there is no answer. */
  get late() {
    return this.tries >= LATE_AFTER;
  }

  /** What is not heard yet, by name. @returns {Record<string, unknown>} */
  get waiting() {
    return Object.assign({}, ...this.queue.map((item) => ("values" in item ? item.values : {})));
  }

  /** @param {Record<string, unknown>} values @param {boolean} final */
  tell(values, final) {
    const last = this.queue.at(-1);
    if (last && "values" in last && last.id > this.sent && !last.final) {
      Object.assign(last.values, values);
      last.final = final;
    } else this.queue.push({ id: (this.told += 1), values: { ...values }, final });
    if (!this.flying) this.send();
  }

  /** @param {string} act */
  act(act) {
    this.queue.push({ id: (this.told += 1), act });
    if (!this.flying) this.send();
  }

  /** @param {string} act one that comes by itself, again and again: left out while the page owes an answer to another */
  tick(act) {
    if (!this.queue.some((item) => "act" in item)) this.act(act);
  }

  /** @param {Heard} heard */
  hear({ sheet, id }) {
    if (sheet !== this.sheet) {
      if (this.tries) this.again(); // a page that answers and knows nothing of it: what was told is lost
      return;
    }
    const { length } = this.queue;
    this.queue = this.queue.filter((item) => item.id > id);
    if (this.queue.length < length && id >= this.flying) this.land();
  }

  send() {
    clearTimeout(this.timer);
    if (!this.mouth) return;
    const items = this.queue.slice(0, MOST);
    this.flying = items[items.length - 1].id;
    this.sent = Math.max(this.sent, this.flying);
    this.posts += 1; // two messages that are equal would be one to the page
    this.timer = setTimeout(() => this.missed(), Math.min(PATIENCE * 2 ** this.tries, LONGEST));
    this.mouth.post({ sheet: this.sheet, n: this.posts, items });
  }

  /** A message can be lost: where another rerun overtakes it, on a line that breaks, with a server that ends. */
  missed() {
    this.tries += 1;
    if (this.tries === LATE_AFTER) this.mouth?.late(true);
    this.send();
  }

  /** Says it once more at once, with what came since. */
  again() {
    if (this.queue.length) this.send();
  }

  land() {
    clearTimeout(this.timer);
    const { late } = this;
    this.flying = this.tries = 0;
    if (late) this.mouth?.late(false);
    this.again();
  }
}
