// A line of closes, drawn by lightweight-charts in the page's own colours.

import {
  AreaSeries,
  type AreaData,
  type IChartApi,
  type ISeriesApi,
  type Time,
  ColorType,
  createChart,
} from "lightweight-charts";
import { date, price } from "./format";
import { type History, points, type Point } from "./series";

export interface Chart {
  draw(history: History): void;
  remove(): void;
}

/**
 * Makes a chart of a `figure` that names its decimals and time zone.
 *
 * The figure's legend shows the point under the pointer, otherwise the newest.
 */
export function chartIn(figure: HTMLElement): Chart {
  const place = figure.querySelector<HTMLElement>("[data-chart-place]");
  const legend = figure.querySelector<HTMLElement>("[data-chart-legend]");
  if (!place || !legend) throw new Error("the figure has no place for a chart");
  const decimals = Number(figure.dataset["decimals"] ?? 2);
  const chart = createChart(place, options(decimals));
  const series = chart.addSeries(AreaSeries, { lineWidth: 2, priceLineVisible: false });
  const watch = followTheme(chart, series);
  const tell = (point: Point | undefined, currency: string) => {
    legend.textContent = point
      ? `${timeText(point.time)}: ${price(point.value, decimals)} ${currency}`
      : "";
  };
  let newest: Point | undefined;
  let currency = "";

  chart.subscribeCrosshairMove(({ time, seriesData }) => {
    const at = seriesData.get(series) as AreaData | undefined;
    tell(at && time !== undefined ? { time: time as string | number, value: at.value } : newest, currency);
  });
  return {
    draw(history) {
      const drawn = points(history.history, figure.dataset["timeZone"] ?? "UTC");
      newest = drawn.at(-1);
      currency = history.currency ?? "";
      series.setData(drawn as AreaData<Time>[]);
      chart.timeScale().applyOptions({ timeVisible: typeof newest?.time === "number" });
      chart.timeScale().fitContent();
      tell(newest, currency);
      figure.dataset["drawn"] = String(drawn.length);
    },
    remove() {
      watch.abort();
      chart.remove();
    },
  };
}

function options(decimals: number) {
  return {
    autoSize: true,
    // The library's own logo brings a style element, which the page's content
    // security policy forbids; the attribution stands below the chart instead.
    layout: {
      attributionLogo: false,
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 12,
    },
    localization: {
      priceFormatter: (value: number) => price(value, decimals),
      timeFormatter: (time: Time) => timeText(time as string | number),
    },
    rightPriceScale: { borderVisible: false, entireTextOnly: true, scaleMargins: { top: 0.12, bottom: 0.1 } },
    timeScale: {
      borderVisible: false,
      fixLeftEdge: true,
      fixRightEdge: true,
      // A narrower window must not push the newest prices out of sight.
      lockVisibleTimeRangeOnResize: true,
    },
    // A chart must not catch the gesture that scrolls the page.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  };
}

/** `29 Oct 2025`, or `29 Oct 2025, 15:35` on the exchange's clock. */
export function timeText(time: string | number): string {
  if (typeof time === "string") return date(time);
  const iso = new Date(time * 1000).toISOString();
  return `${date(iso.slice(0, 10))}, ${iso.slice(11, 16)}`;
}

/** Takes colours from the style sheet, again whenever the reader's theme changes. */
function followTheme(chart: IChartApi, series: ISeriesApi<"Area">): AbortController {
  const paint = () => {
    const styles = getComputedStyle(document.documentElement);
    const colour = (name: string) => styles.getPropertyValue(name).trim();
    const faint = { color: colour("--line-faint") };
    const hair = { color: colour("--muted"), labelBackgroundColor: colour("--tag") };
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: colour("--surface") },
        textColor: colour("--muted"),
      },
      grid: { vertLines: { visible: false }, horzLines: faint },
      crosshair: { vertLine: hair, horzLine: hair },
    });
    series.applyOptions({
      lineColor: colour("--accent"),
      topColor: colour("--accent-veil"),
      bottomColor: colour("--accent-clear"),
    });
  };
  const watch = new AbortController();
  const theme = matchMedia("(prefers-color-scheme: dark)");
  theme.addEventListener("change", paint, { signal: watch.signal });
  paint();
  return watch;
}
