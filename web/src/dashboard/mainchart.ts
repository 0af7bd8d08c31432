// The main chart: closes of the instrument that was chosen for it.

import { poll, readJson, Refusal } from "../polling";
import type { Chart } from "../chart";
import type { History } from "../series";

const EVERY_MS = 60_000;

/**
 * Draws the chart of a figure, again every minute. `simulated` is told whether
 * its prices are made up. Returns what ends it.
 */
export function mainChart(figure: HTMLElement, simulated: (is: boolean) => void): () => void {
  const note = figure.querySelector<HTMLElement>("[data-chart-note]");
  const source = figure.dataset["src"] ?? "";
  let chart: Chart | undefined;
  let isOver = false;
  const say = (text: string) => {
    if (note) note.textContent = text;
  };
  const draw = async () => {
    // The chart library is most of the page's bytes; prices do not wait for it.
    const [history, { chartIn }] = await Promise.all([readJson<History>(source), import("../chart")]);
    if (isOver) return;
    simulated(history.simulated);
    chart ??= chartIn(figure);
    chart.draw(history);
    say(history.history.length ? "" : "No prices in this stretch.");
  };
  const failed = (why: unknown) => {
    if (chart) return;
    if (why instanceof Refusal) say(why.message.replace(/^./, (first) => first.toUpperCase()));
    else say("The chart cannot be had just now; retrying.");
  };
  say("Loading…");
  const end = poll(draw, EVERY_MS, failed);
  return () => {
    isOver = true;
    end();
    chart?.remove();
  };
}
