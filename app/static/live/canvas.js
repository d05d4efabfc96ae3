/** A canvas that fills its box, sharp on every screen, with layers drawn ahead off the screen. */

import { el } from "./dom.js";

/** @typedef {{context: CanvasRenderingContext2D, canvas: HTMLCanvasElement}} Layer */

/** One drawing surface; its owner redraws it in `onResize`, before the browser paints: a resize shows no blank. */
export class Pane {
  /**
   * @param {string} className
   * @param {() => void} onResize
   */
  constructor(className, onResize) {
    this.canvas = /** @type {HTMLCanvasElement} */ (el("canvas", { role: "img" }));
    this.element = el("div", { class: `pane ${className}` }, this.canvas);
    this.context = context(this.canvas);
    this.width = 0;
    this.height = 0;
    this.ratio = 1;
    /** @type {Map<string, Layer>} */
    this.layers = new Map();
    this.observer = new ResizeObserver(() => {
      if (this.fit()) onResize();
    });
    this.observer.observe(this.element);
  }

  /** Takes the box's size; says whether it changed. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const ratio = Math.min(3, (window.devicePixelRatio || 1) * this.zoom);
    if (!width || !height || (width === this.width && height === this.height && ratio === this.ratio)) return false;
    Object.assign(this, { width, height, ratio });
    resize(this.canvas, this);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    return true;
  }

  /** How many times as large as its CSS pixels the box is on the screen: a presentation is zoomed. */
  get zoom() {
    const { clientWidth } = this.element;
    return clientWidth ? this.element.getBoundingClientRect().width / clientWidth : 1;
  }

  /**
   * Where a pointer is, in the pixels that are drawn in; `offsetX` counts those of the screen.
   *
   * @param {MouseEvent} event
   */
  place(event) {
    const { zoom } = this;
    return { x: event.offsetX / zoom, y: event.offsetY / zoom };
  }

  /** Whether there is anything to draw on. */
  get ready() {
    return this.width > 0;
  }

  /** Empties the canvas and returns its context, in CSS pixels. */
  begin() {
    return begin(this.context, this);
  }

  /**
   * An off-screen layer of the same size, emptied.
   *
   * @param {string} name
   */
  layer(name) {
    let layer = this.layers.get(name);
    if (!layer) {
      const canvas = document.createElement("canvas");
      layer = { canvas, context: context(canvas) };
      this.layers.set(name, layer);
    }
    const wide = Math.round(this.width * this.ratio);
    if (layer.canvas.width !== wide || layer.canvas.height !== Math.round(this.height * this.ratio)) resize(layer.canvas, this);
    return begin(layer.context, this);
  }

  /**
   * Puts a layer, or a vertical strip of it, on the canvas.
   *
   * @param {string} name
   * @param {number} [from] CSS pixels
   * @param {number} [to]
   */
  stamp(name, from = 0, to = this.width) {
    const canvas = this.layers.get(name)?.canvas;
    if (!canvas || to <= from) return;
    const start = from * this.ratio;
    const wide = Math.min(canvas.width, to * this.ratio) - start;
    if (wide > 0) this.context.drawImage(canvas, start, 0, wide, canvas.height, from, 0, wide / this.ratio, canvas.height / this.ratio);
  }

  /**
   * The picture in words.
   *
   * @param {string} text
   */
  describe(text) {
    if (this.canvas.getAttribute("aria-label") !== text) this.canvas.setAttribute("aria-label", text);
  }

  destroy() {
    this.observer.disconnect();
  }
}

/** @param {HTMLCanvasElement} canvas */
function context(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{width: number, height: number, ratio: number}} size
 */
function resize(canvas, size) {
  canvas.width = Math.round(size.width * size.ratio);
  canvas.height = Math.round(size.height * size.ratio);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{width: number, height: number, ratio: number}} size
 */
function begin(context, size) {
  context.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
  Object.assign(context, { globalAlpha: 1, lineWidth: 1, lineJoin: "miter", lineCap: "butt" });
  context.setLineDash([]);
  context.clearRect(0, 0, size.width, size.height);
  return context;
}
