// How far the prices on show can be relied on, and the words for it: a page
// that is live may still show prices that no source has renewed.

import type { BarsResponse, SourceState } from "../api";
import { age, clock, moment } from "../locale/format";

/** What is known of the prices that are shown. */
export interface Known {
  head: Pick<BarsResponse, "source" | "freshness" | "received_at" | "disputed">;
  /** Since when they could not be renewed, and why. */
  failing: { since: Date; why: string } | undefined;
  /** The state of their source, where the service reported it. */
  source: Pick<SourceState, "state" | "failing_since"> | undefined;
  /** Whether the service itself has not answered for a while. */
  isUnreachable: boolean;
}

const NOTHING_NEWER = "and no source has given newer prices since";

/** The badge's word, a sentence and its tone. The sentence is empty where all is as it should be. */
export function wordsOf({ head, failing, source, isUnreachable }: Known, now: Date) {
  const { freshness, source: name } = head;
  const badge = isUnreachable && freshness === "fresh" ? "last known" : freshness;
  const ago = (instant: string) => age(Math.max(0, (now.getTime() - Date.parse(instant)) / 1_000));
  const say = (state: string, text: string) => ({ badge, state, text });
  // The head of the page says that the service cannot be reached.
  if (isUnreachable) return say("offline", "");
  const silence = source?.failing_since ? ` since ${moment(new Date(source.failing_since), now)}` : "";
  const dispute = disputed(head);
  if (dispute) return say("stale", `These prices are disputed: ${dispute}.`);
  if (freshness === "stale") {
    const why = { failing: `which has not answered${silence}`, paused: "which is not asked for a while", refused: "which does not take the key that is set", ok: NOTHING_NEWER };
    return say("stale", `Not up to date: received ${ago(head.received_at)} ago from ${name}, ${why[source?.state ?? "ok"]}.`);
  }
  if (failing) return say("failed", `Not renewed since ${clock(failing.since)}, asking again. ${failing.why}`);
  if (source?.state === "failing") return say("failed", `${name} has not answered${silence}: these are the last prices it gave.`);
  if (source?.state === "paused") return say("paused", `${name} is not asked for a while: these are the last prices it gave.`);
  if (source?.state === "refused") return say("failed", `${name} does not take the key that is set: these are the last prices it gave.`);
  return say("ok", "");
}

/** `sources disagree on the close of 2025-10-29 (yahoo 268.81, tiingo 282.25)` */
function disputed({ source, disputed: all }: Known["head"]): string | undefined {
  const [first, ...rest] = all ?? [];
  if (!first) return undefined;
  const more = rest.length ? `, and on ${rest.length} more` : "";
  return `sources disagree on the close of ${first.date} (${source} ${first.close}, ${first.against} ${first.against_close})${more}`;
}

/** Shows it above a chart. */
export class Standing {
  #head: Known["head"] | undefined;
  #failing: Known["failing"];
  #isUnreachable = false;
  #sources = new Map<string, SourceState>();
  #receivedAt = new Date();

  constructor(
    private readonly result: ParentNode,
    private readonly changed: () => void,
  ) {}

  /** Whether newer prices ought to be there. */
  get isStale(): boolean {
    return this.#head?.freshness === "stale";
  }

  /** The service has answered with prices. */
  received(head: BarsResponse): void {
    this.#receivedAt = new Date();
    this.#head = head;
    this.#failing = undefined;
    this.#show();
  }

  /** The prices could not be renewed. */
  failed(why: string): void {
    this.#failing = { since: this.#receivedAt, why };
    this.#show();
  }

  /** Takes the states of sources. */
  sources(states: SourceState[]): void {
    for (const state of states) this.#sources.set(state.source, state);
    this.#show();
  }

  /** Whether the service cannot be reached. */
  unreachable(isUnreachable: boolean): void {
    this.#isUnreachable = isUnreachable;
    this.#show();
  }

  #show(): void {
    if (!this.#head) return;
    const known = { head: this.#head, failing: this.#failing, isUnreachable: this.#isUnreachable };
    const source = this.#sources.get(this.#head.source);
    const { badge, state, text } = wordsOf({ ...known, source }, new Date());
    const [header, line] = [this.#one(".subject"), this.#one(".aged")];
    if (header) header.dataset["freshness"] = badge === "last known" ? "stale" : badge;
    put(this.#one(".subject .badge"), badge);
    if (line) line.dataset["state"] = state;
    put(this.#one(".aged [data-standing]"), text);
    if (line) line.hidden = !text;
    this.changed();
  }

  #one(selector: string): HTMLElement | null {
    return this.result.querySelector(selector);
  }
}

function put(place: HTMLElement | null, text: string): void {
  if (place && place.textContent !== text) place.textContent = text;
}
