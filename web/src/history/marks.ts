// Marks of what happened, as many as there is room for.

import { createSeriesMarkers, type ISeriesMarkersPluginApi, type SeriesMarker, type Time } from "lightweight-charts";
import type { Palette } from "./palette";
import type { Series } from "./panes";

/** Something that happened, at a bar. */
export interface Mark {
  time: number;
  kind: string;
}

/** A mark that is drawn: a letter needs more room than a dot. */
export interface Spot {
  time: number;
  form: "split" | "letter" | "dot";
}

/** Marks that are nearer than this are drawn as one. */
const COVERS = 0.8;
/** Where marks are nearer than this they have no letters. */
const CROWDS = 5;

/**
 * Which of the marks are drawn, oldest first: every split, and those others that
 * do not cover one another. `at` is a time's place along the chart, in sizes of
 * its type.
 */
export function thinned(marks: Mark[], at: (time: number) => number): Spot[] {
  const splits = marks.filter(isSplit);
  const others: Mark[] = [];
  for (const mark of marks.filter((each) => !isSplit(each))) {
    const near = [others.at(-1), ...splits];
    if (!near.some((one) => one && Math.abs(at(mark.time) - at(one.time)) < COVERS)) others.push(mark);
  }
  // All with letters or all without: a mixture would look like two kinds.
  const isCrowded = others.some(({ time }, i) => i > 0 && at(time) - at(others[i - 1]?.time ?? time) < CROWDS);
  const spots = others.map(({ time }): Spot => ({ time, form: isCrowded ? "dot" : "letter" }));
  return [...spots, ...splits.map(({ time }): Spot => ({ time, form: "split" }))].sort((a, b) => a.time - b.time);
}

const isSplit = ({ kind }: Mark) => kind === "split";

const LOOKS = {
  split: { shape: "square", text: "S", size: 0.8 },
  letter: { shape: "circle", text: "D", size: 0.5 },
  // The library's least circle is too large for many.
  dot: { shape: "circle", text: "•", size: 0 },
} as const;

/** The marks of one series. */
export class Marks {
  readonly #plugin: ISeriesMarkersPluginApi<Time>;
  #shown = "";

  constructor(readonly series: Series) {
    this.#plugin = createSeriesMarkers(series, []);
  }

  show(spots: Spot[], { muted: color }: Palette): void {
    const shown = color + spots.map(({ time, form }) => form + time).join();
    if (shown === this.#shown) return;
    this.#shown = shown;
    const markers = spots.map(({ time, form }): SeriesMarker<Time> => {
      return { time: time as Time, position: "belowBar", color, ...LOOKS[form] };
    });
    this.#plugin.setMarkers(markers);
  }
}
