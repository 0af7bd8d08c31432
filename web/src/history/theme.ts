// How the chart looks and answers, apart from what it shows.

import { ColorType, type TickMarkType, type Time } from "lightweight-charts";
import { axisMark, BEGINNINGS } from "../locale/format";
import type { Palette } from "./palette";

/** The options of a new chart. `label` writes the time under the crosshair. */
export function options(label: (time: number) => string, timeVisible: boolean, colours: Palette) {
  return {
    ...themed(colours),
    autoSize: true,
    localization: { timeFormatter: (time: Time) => label(time as number) },
    rightPriceScale: { borderVisible: false, entireTextOnly: true },
    timeScale: {
      borderVisible: false,
      timeVisible,
      secondsVisible: false,
      // The library's own formatter creates one of the browser's formats for each mark.
      tickMarkFormatter: (time: Time, type: TickMarkType) => axisMark(new Date((time as number) * 1_000), BEGINNINGS[type] ?? "day"),
      minBarSpacing: 0.05,
      // A narrower window must not push the newest prices out of sight.
      lockVisibleTimeRangeOnResize: true,
    },
    // A chart must not catch the gesture that scrolls the page.
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  };
}

/** The options that depend on the theme and on the size of the page's type. */
export function themed({ surface, muted, faint, line, tag, fontFamily, fontSize }: Palette) {
  const hair = { color: muted, labelBackgroundColor: tag };
  return {
    layout: {
      // The library's own logo brings a style element, which the page's content
      // security policy forbids; the attribution stands below the page instead.
      attributionLogo: false,
      background: { type: ColorType.Solid as const, color: surface },
      textColor: muted,
      fontFamily,
      fontSize,
      panes: { separatorColor: line, separatorHoverColor: faint },
    },
    grid: { vertLines: { color: faint }, horzLines: { color: faint } },
    crosshair: { vertLine: hair, horzLine: hair },
  };
}
