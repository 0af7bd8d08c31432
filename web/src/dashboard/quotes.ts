// The newest quote of each instrument.

import type { Latest, LiveEvent, Quote, SourceState } from "../api";
import { readJson } from "../service/polling";
import { quotesOf } from "../service/quotes";

export class Quotes {
  #quotes = new Map<string, Quote>();
  #errors = new Map<string, string>();
  #sources = new Map<string, SourceState>();
  /** How far the service's clock is ahead of this browser's, in milliseconds. */
  #aheadMs = 0;

  /** Takes an event of the stream. Returns the symbols whose quotes it changed. */
  take(event: LiveEvent): string[] {
    switch (event.type) {
      case "snapshot":
        this.#setClock(event.timestamp);
        this.#errors.clear();
        this.#sources = new Map(event.sources.map((source) => [source.source, source]));
        return event.quotes.flatMap((quote) => this.#put(quote));
      case "quote":
        return this.#put(event);
      case "state": {
        // The clock is not set by it: an event that was missed is sent again late, with its old time.
        const { market_state, freshness } = event;
        const quote = this.#quotes.get(event.symbol);
        return quote ? this.#put({ ...quote, market_state, freshness }) : [];
      }
      case "source":
        this.#sources.set(event.source, event);
        return [];
      case "error":
        if (event.symbol === null) return [];
        this.#errors.set(event.symbol, event.detail);
        return [event.symbol];
      case "bar":
        return [];
    }
  }

  /** Asks for the quotes of these, or of those that are watched. Returns the symbols of those that were answered. */
  async ask(symbols: string[]): Promise<string[]> {
    if (!symbols.length) {
      const latest = await readJson<Latest>("/marketpulse/latest");
      this.#setClock(latest.timestamp);
      return Object.values(latest.quotes).flatMap((quote) => this.#put(quote));
    }
    const { timestamp, quotes } = await quotesOf(symbols);
    this.#setClock(timestamp);
    return quotes.flatMap((quote) => this.#put(quote));
  }

  of(symbol: string): Quote | undefined {
    return this.#quotes.get(symbol);
  }

  /** What the stream said is wrong with a symbol. */
  errorOf(symbol: string): string | undefined {
    return this.#errors.get(symbol);
  }

  /** How long ago an instant was, in seconds, by the service's clock. */
  ageOf(instant: string): number {
    return (Date.now() + this.#aheadMs - Date.parse(instant)) / 1_000;
  }

  /** Which of the sources that are in use do not answer; empty where all do. */
  sourcesText(used: Set<string | null | undefined>, age: (seconds: number) => string): string {
    const down = [...this.#sources.values()].filter(({ source, state }) => used.has(source) && state !== "ok");
    const words = down.map(({ source, state, failing_since: since }) => {
      if (state === "paused") return `${source} is not asked for a while`;
      if (state === "refused") return `${source} does not take the key that is set`;
      return since ? `${source} has not answered for ${age(this.ageOf(since))}` : `${source} does not answer`;
    });
    const whose = words.length > 1 ? "their" : "its";
    return words.length ? `${words.join("; ")}: ${whose} last prices stay` : "";
  }

  #put(quote: Quote): string[] {
    this.#quotes.set(quote.symbol, quote);
    if (quote.price !== null) this.#errors.delete(quote.symbol);
    return [quote.symbol];
  }

  #setClock(timestamp: string): void {
    this.#aheadMs = Date.parse(timestamp) - Date.now();
  }
}
