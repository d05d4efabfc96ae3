/** Tells the page what a person moves and does, in order and each once: one message in flight, and again until it is heard. */

const PATIENCE = 1500;
const TRIES = 4;
const MOST = 100; // the page takes no more from one message

/**
 * @typedef {{id: number, values: Record<string, unknown>, final: boolean} | {id: number, act: string}} Item
 * @typedef {{sheet: number, n: number, items: Item[]}} Message
 * @typedef {{sheet: number, id: number}} Heard the last item that the page took over, and whose it was
 */

export class Teller {
  /** @param {(message: Message) => void} send */
  constructor(send) {
    this.post = send;
    this.sheet = Math.random(); // an earlier sheet's count means nothing here
    /** @type {Item[]} told, and not heard as far as is known */ this.queue = [];
    this.told = this.sent = this.flying = this.posts = this.tries = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */ this.timer = undefined;
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
    else if (!this.flying) this.send();
  }

  /** @param {Heard} heard */
  hear({ sheet, id }) {
    if (sheet !== this.sheet) return;
    const { length } = this.queue;
    this.queue = this.queue.filter((item) => item.id > id);
    if (this.queue.length < length && id >= this.flying) this.land();
  }

  send() {
    clearTimeout(this.timer);
    const items = this.queue.slice(0, MOST);
    this.flying = items[items.length - 1].id;
    this.sent = Math.max(this.sent, this.flying);
    this.posts += 1; // two messages that are equal would be one to the page
    this.post({ sheet: this.sheet, n: this.posts, items });
    this.timer = setTimeout(() => this.again(), PATIENCE);
  }

  /** A message can be lost where another rerun overtakes it: says it again, with what came since. */
  again() {
    this.flying = 0;
    this.tries += 1;
    if (this.tries < TRIES) this.send();
  }

  land() {
    clearTimeout(this.timer);
    this.flying = this.tries = 0;
    if (this.queue.length) this.send();
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
