// Runs in the page before its own scripts and notes what the reader would see.

/**
 * Notes when a chart was drawn and what moved, in `window.probe`.
 *
 * A chart counts as drawn in the first frame in which lines or bars went to many
 * different heights of one canvas: an empty chart has its grid only.
 */
export function probe() {
  const HEIGHTS = 15;
  /** @type {{ drawnAt: number | null, shift: number, moved: string[] }} */
  const probe = { drawnAt: null, shift: 0, moved: [] };
  Object.assign(window, { probe });

  /** @type {Map<HTMLCanvasElement, Set<number>>} */
  const heights = new Map();
  const pen = CanvasRenderingContext2D.prototype;
  const own = { lineTo: pen.lineTo, fillRect: pen.fillRect, bezierCurveTo: pen.bezierCurveTo };
  /** @param {HTMLCanvasElement} canvas @param {number} y */
  const note = (canvas, y) => {
    if (!heights.size) requestAnimationFrame(() => heights.clear());
    const seen = heights.get(canvas) ?? new Set();
    heights.set(canvas, seen.add(Math.round(y)));
    if (seen.size < HEIGHTS) return;
    Object.assign(pen, own);
    // What is drawn now is on show when the next frame begins.
    requestAnimationFrame(() => (probe.drawnAt = performance.now()));
  };
  pen.lineTo = function (x, y) {
    note(this.canvas, y);
    own.lineTo.call(this, x, y);
  };
  pen.fillRect = function (x, y, width, height) {
    note(this.canvas, y);
    own.fillRect.call(this, x, y, width, height);
  };
  pen.bezierCurveTo = function (a, b, c, d, x, y) {
    note(this.canvas, y);
    own.bezierCurveTo.call(this, a, b, c, d, x, y);
  };

  /** @param {any} entry */
  const add = ({ value, hadRecentInput, sources, startTime }) => {
    if (hadRecentInput) return;
    probe.shift += value;
    for (const { node, previousRect: from, currentRect: to } of sources) {
      const name = node ? `${node.nodeName.toLowerCase()}#${node.id ?? ""}.${node.className ?? ""}` : "gone";
      const box = (/** @type {DOMRect} */ { x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
      probe.moved.push(`${name} from [${box(from)}] to [${box(to)}] at ${Math.round(startTime)} ms, ${value.toFixed(4)}`);
    }
  };
  new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type: "layout-shift", buffered: true });
}
