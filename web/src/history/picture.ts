// The chart as a picture that says what it shows and where it is from.

import type { Palette } from "./palette";

const HEAD = 56;
const FOOT = 30;

/** A picture of a chart under a title, its sources and the library's makers below it. */
export function framed(chart: HTMLCanvasElement, title: string, about: string, colours: Palette): HTMLCanvasElement {
  const ratio = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  canvas.width = chart.width;
  canvas.height = chart.height + (HEAD + FOOT) * ratio;
  const pen = canvas.getContext("2d");
  if (!pen) return chart;
  pen.fillStyle = colours.surface;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(chart, 0, HEAD * ratio);
  pen.scale(ratio, ratio);
  const bottom = canvas.height / ratio;
  write(pen, title, 16, 24, `600 16px ${colours.fontFamily}`, colours.series[0] ?? colours.muted);
  write(pen, about, 16, 44, `12px ${colours.fontFamily}`, colours.muted);
  const credit = "MarketPulse · chart by TradingView Lightweight Charts™, tradingview.com";
  write(pen, credit, 16, bottom - 10, `11px ${colours.fontFamily}`, colours.muted);
  return canvas;
}

function write(pen: CanvasRenderingContext2D, text: string, x: number, y: number, font: string, colour: string): void {
  pen.font = font;
  pen.fillStyle = colour;
  pen.fillText(text, x, y);
}

/** Lets the browser keep a picture as a file. */
export function keep(canvas: HTMLCanvasElement, name: string): void {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${name.replace(/[^\w.-]+/g, "-").slice(0, 80)}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}
