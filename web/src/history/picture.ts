// The chart as a picture that says what it shows and where it is from.

import type { Palette } from "./palette";

/** A line of the chart, and what it is called. */
export interface Named {
  name: string;
  value: string;
  /** Its place among the colours for lines. */
  colour: number;
}

/** Text in one size and colour, with a swatch before it where it names a line. */
interface Row {
  text: string;
  font: string;
  colour: string;
  swatch?: string;
  /** Its height, in parts of the type's size. */
  height: number;
}

const CREDIT = "MarketPulse · chart by TradingView Lightweight Charts™, tradingview.com";

/** A picture of a chart with its title, its sources and the key to its lines above, and the credit of the chart library below. */
export function framed(chart: HTMLCanvasElement, title: string, about: string, lines: Named[], colours: Palette): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  if (!pen) return chart;
  const ratio = window.devicePixelRatio || 1;
  const { fontSize, surface } = colours;
  const wide = chart.width / ratio - 2 * fontSize;
  const { large, small, keys } = rows(lines, colours);
  const head = [...wrapped(pen, { ...large, text: title }, wide), ...wrapped(pen, { ...small, text: about }, wide), ...keys];
  const foot = wrapped(pen, { ...small, text: CREDIT }, wide);
  const [above, below] = [tall(head, fontSize), tall(foot, fontSize)];
  canvas.width = chart.width;
  canvas.height = chart.height + (above + below) * ratio;
  pen.fillStyle = surface;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(chart, 0, above * ratio);
  pen.scale(ratio, ratio);
  write(pen, head, 0, fontSize);
  write(pen, foot, above + chart.height / ratio, fontSize);
  return canvas;
}

/** What the rows of a title and of plain text look like, and those that name lines. */
function rows(lines: Named[], { fontFamily, fontSize, muted, ink, series }: Palette) {
  const small = { font: `${fontSize}px ${fontFamily}`, colour: muted, height: 1.5 };
  const large = { font: `600 ${fontSize * 1.4}px ${fontFamily}`, colour: ink, height: 2 };
  const keys = lines.map(({ name, value, colour }) => ({ ...small, text: `${name}  ${value}`, swatch: series[colour] ?? muted }));
  return { small, large, keys };
}

/** In pixels, with a little room around. */
function tall(all: Row[], size: number): number {
  return Math.ceil(all.reduce((sum, { height }) => sum + height, 1) * size);
}

/** A text in as many rows as it needs. */
function wrapped(pen: CanvasRenderingContext2D, row: Row, wide: number): Row[] {
  pen.font = row.font;
  const texts: string[] = [];
  for (const word of row.text.split(" ")) {
    const longer = [texts.at(-1), word].filter(Boolean).join(" ");
    if (texts.length && pen.measureText(longer).width <= wide) texts[texts.length - 1] = longer;
    else texts.push(word);
  }
  return texts.map((text) => ({ ...row, text }));
}

function write(pen: CanvasRenderingContext2D, rows: Row[], top: number, size: number): void {
  let y = top + size / 2;
  for (const { text, font, colour, swatch, height } of rows) {
    y += height * size;
    if (swatch) {
      pen.fillStyle = swatch;
      pen.fillRect(size, y - size * 0.8, size, size * 0.25);
    }
    pen.font = font;
    pen.fillStyle = colour;
    pen.fillText(text, swatch ? size * 2.6 : size, y - size * 0.4);
  }
}

/** Has the browser save a picture as a file. */
export function download(canvas: HTMLCanvasElement, name: string): void {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name.replace(/[^\w.-]+/g, "-").slice(0, 80)}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
