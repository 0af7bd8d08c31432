// Quotes that are asked for once, where no stream can be had.

import type { Quote, QuoteRow, QuotesResponse } from "../api";
import { readJson } from "./polling";

/** The quotes of some symbols, as the stream has them, and when the service answered. */
export async function quotesOf(symbols: string[]): Promise<{ timestamp: string; quotes: Quote[] }> {
  const query = new URLSearchParams({ symbols: symbols.join(",") });
  const { timestamp, quotes } = await readJson<QuotesResponse>(`/marketpulse/v1/quotes?${query}`);
  return { timestamp, quotes: quotes.map(quoteOf) };
}

function quoteOf({ disputed_by: source, disputed_price: price, doubted_of: rejected, ...quote }: QuoteRow): Quote {
  const disputed = source !== null && price !== null ? { source, price } : null;
  return { ...quote, disputed, quarantined: rejected === null ? null : { source: rejected } };
}
