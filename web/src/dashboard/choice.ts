// What the reader chose to see. It stands in the address; a list of instruments
// is stored in this browser as well, for when the address has none.
// crates/server/src/pages/dashboard/choice.rs reads and writes the same address.

const STORAGE_KEY = "marketpulse.symbols";
/** How many instruments the service shows on one page. */
export const MOST_SYMBOLS = 50;

type Key = "symbols" | "chart" | "sort" | "group" | "density" | "columns" | "view" | "wall";

/** An address with some of its choices changed; `null` takes one away. */
export function changed(address: string, change: Partial<Record<Key, string | null>>): string {
  const [path = "", query = ""] = address.split("?");
  const params = new URLSearchParams(query);
  for (const [key, value] of Object.entries(change)) {
    if (value === null) params.delete(key);
    else params.set(key, value);
  }
  // A comma and a slash need no escaping in a query, and symbols stay readable without.
  const text = params.toString().replaceAll("%2C", ",").replaceAll("%2F", "/").replace(/\bwall=(?=&|$)/, "wall");
  return text ? `${path}?${text}` : path;
}

/** A list of symbols as it stands in an address; an empty one is a lone comma. */
export function list(symbols: string[]): string {
  return symbols.join(",") || ",";
}

/** Whether an address has a list of its own. */
export function hasList(address: string): boolean {
  return Boolean(new URLSearchParams(address.split("?")[1]).get("symbols"));
}

/** Stores a list for the next visit; `null` deletes it. */
export function storeList(symbols: string[] | null): void {
  try {
    if (symbols) localStorage.setItem(STORAGE_KEY, list(symbols));
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // A browser that stores nothing still has the address.
  }
}

/** The stored list, as it stands in an address; `null` where there is none. */
export function storedList(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY) || null;
  } catch {
    return null;
  }
}
