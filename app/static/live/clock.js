/** Moves through the frames: by itself while it plays, and then only does it ask for animation frames. */

export const SPEEDS = [0.5, 1, 2, 4];
const SECONDS = 9;
const RATES = { least: 3, most: 11 };
const LONGEST_STEP = 100;

export class Clock {
  /** @param {() => void} moved */
  constructor(moved) {
    this.moved = moved;
    this.position = 0;
    this.last = 0;
    this.speed = 1;
    this.playing = false;
    this.more = false;
    this.smooth = true;
    /** How often another place was asked for. */
    this.wishes = 0;
    this.ticket = 0;
    this.before = 0;
  }

  /** Frames a second at the present speed: a whole run in about nine seconds. */
  get rate() {
    return Math.min(RATES.most, Math.max(RATES.least, this.last / SECONDS)) * this.speed;
  }

  /**
   * @param {number} last the last frame there is
   * @param {boolean} more whether others will come
   */
  extent(last, more) {
    this.last = last;
    this.more = more;
    this.position = Math.min(this.position, last);
    if (this.playing) this.wake();
  }

  /** Plays on, from the start if at the end. */
  play() {
    this.wishes += 1;
    if (this.position >= this.last && !this.more) this.position = 0;
    this.playing = true;
    this.wake();
    this.moved();
  }

  /** Stands still, on a frame. */
  pause() {
    const was = this.playing;
    this.playing = false;
    cancelAnimationFrame(this.ticket);
    this.ticket = 0;
    this.position = Math.round(this.position);
    if (was) this.moved();
  }

  /** @param {number} position */
  go(position) {
    this.wishes += 1;
    this.pause();
    this.position = Math.min(this.last, Math.max(0, Math.round(position)));
    this.moved();
  }

  /** @param {number} frames */
  step(frames) {
    this.pause();
    this.go(this.position + frames);
  }

  /** Where the screen stands: between frames only if motion is wanted. */
  get shown() {
    return this.playing && this.smooth ? this.position : Math.floor(this.position + 1e-6);
  }

  wake() {
    if (this.ticket || this.position >= this.last) {
      if (!this.ticket && !this.more) this.pause();
      return;
    }
    this.before = 0;
    this.ticket = requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {number} now milliseconds */
  tick(now) {
    this.ticket = 0;
    if (!this.playing) return;
    const passed = this.before ? Math.min(LONGEST_STEP, now - this.before) : 16;
    this.before = now;
    this.position = Math.min(this.last, this.position + (passed / 1000) * this.rate);
    if (this.position >= this.last) {
      if (this.more) this.moved();
      else this.pause();
      return;
    }
    this.ticket = requestAnimationFrame((later) => this.tick(later));
    this.moved();
  }

  destroy() {
    cancelAnimationFrame(this.ticket);
    this.ticket = 0;
    this.playing = false;
  }
}
