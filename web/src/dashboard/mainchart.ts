// The main chart: closes of the instrument that was chosen for it, and the
// reasons to distrust them.

import type { ClosesResponse } from "../api";
import type { Chart } from "./chart";
import { axisMark, BEGINNINGS, clock, date, moment, price } from "../locale/format";
import { poll, readJson, Refusal } from "../service/polling";
import { points } from "./closes";

const EVERY_MS = 60_000;
/** The service answers with stale prices at once and fetches newer ones meanwhile. */
const SOON_MS = 3_000;

/** What a chart reports. */
export interface ChartEvents {
  /** Whether its prices are made up. */
  simulated: (is: boolean) => void;
  /** The chart is drawn, or cannot be drawn. */
  settled: () => void;
}

/** Draws the chart of a figure, again every minute. Returns a function that ends it. */
export function mainChart(figure: HTMLElement, events: ChartEvents): () => void {
  const say = speaker(figure);
  const source = figure.dataset["src"] ?? "";
  const decimals = Number(figure.dataset["decimals"] ?? 2);
  const words = {
    price: (value: number) => price(value, decimals),
    date: (iso: string) => date(iso),
    mark: (iso: string, reach: number) => axisMark(new Date(iso), BEGINNINGS[reach] ?? "day"),
  };
  let chart: Chart | undefined;
  let isOver = false;
  let answeredAt = new Date();
  let again: ReturnType<typeof setTimeout> | undefined;
  const draw = async () => {
    // The chart library is most of the page's bytes; prices do not wait for it.
    const [closes, { chartIn }] = await Promise.all([readJson<ClosesResponse>(source), import("./chart")]);
    if (isOver) return;
    answeredAt = new Date();
    const drawn = points(closes);
    chart ??= chartIn(figure, words);
    chart.draw(drawn, closes.currency ?? "");
    say.instead(drawn.length ? null : "empty", "No prices in this stretch.");
    say.basis(closes.freshness === "stale" ? "stale" : null, basisText(closes, new Date()));
    events.simulated(closes.simulated);
    // After the frame in which the library draws.
    requestAnimationFrame(() => setTimeout(events.settled));
    if (closes.freshness === "stale") again ??= setTimeout(() => void draw().catch(failed), SOON_MS);
    else again = undefined;
  };
  const failed = (why: unknown) => {
    if (isOver) return;
    events.settled();
    if (chart) return say.basis("stale", `Not renewed since ${clock(answeredAt)}; asking again`);
    if (why instanceof Refusal) say.instead("error", why.message.replace(/^./, (first) => first.toUpperCase()));
    else say.instead("failed", "The chart cannot be had just now; asking again.");
  };
  say.instead("loading", "Loading…");
  const end = poll(draw, EVERY_MS, failed);
  return () => {
    isOver = true;
    end();
    clearTimeout(again);
    chart?.remove();
  };
}

/** Which source the closes are from; of stale ones also when they were received. */
export function basisText({ source, freshness, received_at: at }: ClosesResponse, now: Date): string {
  return freshness === "stale" ? `Stale: from ${source}, received ${moment(new Date(at), now)}` : `From ${source}`;
}

/** Writes what stands instead of a figure's chart, and where its prices are from. */
function speaker(figure: HTMLElement) {
  const put = (place: HTMLElement | null, state: string | null, text: string) => {
    if (!place) return;
    if (state) place.dataset["state"] = state;
    else delete place.dataset["state"];
    if (place.textContent !== text) place.textContent = text;
  };
  const note = figure.querySelector<HTMLElement>("[data-chart-note]");
  const basis = figure.querySelector<HTMLElement>("[data-chart-basis]");
  return {
    /** `null` where the chart itself is shown. */
    instead(state: string | null, text: string) {
      if (note) note.hidden = state === null;
      put(note, state, state ? text : "");
    },
    basis: (state: string | null, text: string) => put(basis, state, text),
  };
}
