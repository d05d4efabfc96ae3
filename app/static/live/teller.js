/** Tells the page what a person moves: one message in flight, and again until the page has taken it over. */

const PATIENCE = 1500;
const TRIES = 4;

export class Teller {
  /** @param {(message: {n: number, values: Record<string, unknown>, final: boolean}) => void} send */
  constructor(send) {
    this.post = send;
    /** @type {Record<string, unknown>} */ this.moved = {};
    this.sent = Math.floor(Math.random() * 1e6) * 1000; // an earlier sheet's count means nothing here
    this.flying = 0;
    this.waiting = this.final = false;
    this.lost = { values: this.moved, final: false };
    this.tries = this.timer = 0;
  }

  /** @param {Record<string, unknown>} values @param {boolean} final */
  tell(values, final) {
    Object.assign(this.moved, values);
    this.final ||= final;
    if (this.flying) this.waiting = true;
    else this.send();
  }

  /** @param {number} n the message that the page has taken over last */
  hear(n) {
    if (this.flying && n === this.flying) this.land();
  }

  send() {
    clearTimeout(this.timer);
    this.sent += 1;
    this.flying = this.sent;
    this.waiting = false;
    this.lost = { values: this.moved, final: this.final };
    this.post({ n: this.sent, ...this.lost });
    this.final = false;
    this.moved = {};
    this.timer = Number(setTimeout(() => this.again(), PATIENCE));
  }

  /** A message can be lost where another act overtakes it: says it again, with what came since. */
  again() {
    this.moved = { ...this.lost.values, ...this.moved };
    this.final ||= this.lost.final;
    this.tries += 1;
    this.waiting = this.tries < TRIES;
    this.flying = 0;
    if (this.waiting) this.send();
  }

  land() {
    clearTimeout(this.timer);
    this.flying = this.tries = 0;
    if (this.waiting) this.send();
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
