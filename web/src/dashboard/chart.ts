// A line of closes, drawn by lightweight-charts in the page's own colours.
//
// It shares no module with the page, so that it is a file by itself which the
// page's script loads later. The page hands it the functions that write.

import { AreaSeries, type AreaData, ColorType, createChart, type TickMarkType, type Time } from "lightweight-charts";
import { colour } from "../shell/colour";
import type { Point } from "./closes";

export interface Chart {
  draw(points: Point[], currency: string): void;
  remove(): void;
}

/** How the page writes prices and dates. */
export interface Words {
  price: (value: number) => string;
  date: (iso: string) => string;
  /** A mark of the time axis; `reach` counts from 0, a year, to 2, a day. */
  mark: (iso: string, reach: number) => string;
}

/** The chart's type as a share of the root's font size, so that it grows with the page. */
const FONT_SHARE = 0.75;

/**
 * Makes a chart of a `figure`.
 *
 * The figure's legend shows the point under the pointer, otherwise the newest.
 */
export function chartIn(figure: HTMLElement, words: Words): Chart {
  const place = figure.querySelector<HTMLElement>("[data-chart-place]");
  const legend = figure.querySelector<HTMLElement>("[data-chart-legend]");
  if (!place || !legend) throw new Error("the figure has no place for a chart");
  const look = looks();
  const chart = createChart(place, { ...options(words), ...look.chart });
  const series = chart.addSeries(AreaSeries, { lineWidth: 2, priceLineVisible: false, ...look.series });
  const end = followLooks((now) => {
    chart.applyOptions(now.chart);
    series.applyOptions(now.series);
  });
  let newest: Point | undefined;
  let currency = "";
  const showLegend = (point: Point | undefined) => {
    legend.textContent = point ? `${words.date(point.time)}: ${words.price(point.value)} ${currency}` : "";
  };

  chart.subscribeCrosshairMove(({ time, seriesData }) => {
    const at = seriesData.get(series) as AreaData | undefined;
    showLegend(at && time !== undefined ? { time: time as string, value: at.value } : newest);
  });
  return {
    draw(points, unit) {
      newest = points.at(-1);
      currency = unit;
      series.setData(points);
      chart.timeScale().fitContent();
      showLegend(newest);
      figure.dataset["drawn"] = String(points.length);
    },
    remove() {
      end();
      chart.remove();
    },
  };
}

function options(words: Words) {
  return {
    autoSize: true,
    localization: {
      priceFormatter: words.price,
      timeFormatter: (time: Time) => words.date(time as string),
    },
    rightPriceScale: { borderVisible: false, entireTextOnly: true, scaleMargins: { top: 0.12, bottom: 0.1 } },
    timeScale: {
      borderVisible: false,
      fixLeftEdge: true,
      fixRightEdge: true,
      // A narrower window must not push the newest prices out of sight.
      lockVisibleTimeRangeOnResize: true,
      // The library's own formatter creates one of the browser's formats for each mark.
      tickMarkFormatter: (time: Time, type: TickMarkType) => words.mark(time as string, type),
    },
    // A chart must not catch the gesture that scrolls the page.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  };
}

/** Colours and sizes of the style sheet as they are now. */
function looks() {
  const styles = getComputedStyle(document.documentElement);
  const hair = { color: colour("muted"), labelBackgroundColor: colour("tag") };
  return {
    chart: {
      layout: {
        // The library's own logo brings a style element, which the page's content
        // security policy forbids; the attribution stands below the chart instead.
        attributionLogo: false,
        fontFamily: getComputedStyle(document.body).fontFamily,
        fontSize: Math.round(parseFloat(styles.fontSize) * FONT_SHARE),
        background: { type: ColorType.Solid, color: colour("surface") },
        textColor: colour("muted"),
      },
      grid: { vertLines: { visible: false }, horzLines: { color: colour("line-faint") } },
      crosshair: { vertLine: hair, horzLine: hair },
    },
    series: {
      lineColor: colour("accent"),
      topColor: colour("accent-veil"),
      bottomColor: colour("accent-clear"),
    },
  };
}

/** Calls `take` whenever the reader's theme or screen changes. Returns a function that ends it. */
function followLooks(take: (look: ReturnType<typeof looks>) => void): () => void {
  const over = new AbortController();
  const turn = () => take(looks());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", turn, { signal: over.signal });
  for (const change of ["resize", "marketpulse:themed"]) window.addEventListener(change, turn, { signal: over.signal });
  return () => over.abort();
}
