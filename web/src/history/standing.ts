// How far what is drawn may be relied on at present, and the words for it: a
// page that is live may still show prices that nobody has renewed.

import { age, clock, moment } from "../format";
import type { SourceState } from "../live";
import type { Told } from "./data";

/** What is known of the prices that are shown. */
export interface Known {
  head: Pick<Told, "source" | "freshness" | "received_at">;
  /** Since when they could not be renewed, and why. */
  failing: { since: Date; why: string } | undefined;
  /** How their source is, as far as the service told. */
  source: Pick<SourceState, "state" | "failing_since"> | undefined;
  /** Whether the service itself has not been heard for a while. */
  isUnheard: boolean;
}

const NOTHING_NEWER = "and no source has given newer prices since";

/** The badge's word, the tone of what is said, and what is said; empty where all is as it should be. */
export function wordsOf({ head, failing, source, isUnheard }: Known, now: Date) {
  const { freshness, source: name } = head;
  const badge = isUnheard && freshness === "fresh" ? "last known" : freshness;
  const ago = (instant: string) => age(Math.max(0, (now.getTime() - Date.parse(instant)) / 1_000));
  const say = (state: string, text: string) => ({ badge, state, text });
  // That the service is gone is said at the head of the page.
  if (isUnheard) return say("offline", "");
  const silence = source?.failing_since ? ` since ${moment(new Date(source.failing_since), now)}` : "";
  if (freshness === "stale") {
    const why = { failing: `which has not answered${silence}`, paused: "which is not asked for a while", ok: NOTHING_NEWER };
    return say("stale", `Not up to date: received ${ago(head.received_at)} ago from ${name}, ${why[source?.state ?? "ok"]}.`);
  }
  if (failing) return say("failed", `Not renewed since ${clock(failing.since)}, asking again. ${failing.why}`);
  if (source?.state === "failing") return say("failed", `${name} has not answered${silence}: these are the last prices it gave.`);
  if (source?.state === "paused") return say("paused", `${name} is not asked for a while: these are the last prices it gave.`);
  return say("ok", "");
}

/** Shows it above a chart. */
export class Standing {
  #known: Known = { head: { source: "", freshness: "", received_at: "" }, failing: undefined, source: undefined, isUnheard: false };
  #sources = new Map<string, SourceState>();
  #heardAt = new Date();

  constructor(private readonly result: ParentNode) {}

  /** The service has given prices. */
  told(head: Told): void {
    this.#heardAt = new Date();
    this.#show({ head, failing: undefined });
  }

  /** They could not be had again. */
  failed(why: string): void {
    this.#show({ failing: { since: this.#heardAt, why } });
  }

  /** How sources are. */
  sources(states: SourceState[]): void {
    for (const state of states) this.#sources.set(state.source, state);
    this.#show({});
  }

  /** Whether the service is heard. */
  unheard(isUnheard: boolean): void {
    this.#show({ isUnheard });
  }

  #show(change: Partial<Known>): void {
    const known = { ...this.#known, ...change };
    this.#known = { ...known, source: this.#sources.get(known.head.source) };
    if (!known.head.freshness) return;
    const { badge, state, text } = wordsOf(this.#known, new Date());
    const [header, line] = [this.#one(".subject"), this.#one(".aged")];
    if (header) header.dataset["freshness"] = badge === "last known" ? "stale" : badge;
    put(this.#one(".subject .badge"), badge);
    if (line) line.dataset["state"] = state;
    put(this.#one(".aged [data-standing]"), text);
    if (line) line.hidden = !text;
  }

  #one(selector: string): HTMLElement | null {
    return this.result.querySelector(selector);
  }
}

function put(place: HTMLElement | null, text: string): void {
  if (place && place.textContent !== text) place.textContent = text;
}
