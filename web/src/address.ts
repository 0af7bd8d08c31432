// The history view's choice, kept in the address so that it can be shared,
// reloaded and gone back to.

export interface Choice {
  symbol: string;
  period: string;
  /** Empty for the interval that fits the period. */
  interval: string;
}

const VIEW = "/marketpulse/history/view";

/** The address of a view; what is left to the service is left out. */
export function addressOf(choice: Choice): string {
  const query = new URLSearchParams();
  for (const key of ["symbol", "period", "interval"] as const) {
    const text = choice[key].trim();
    if (text) query.set(key, text);
  }
  return query.size ? `${VIEW}?${query}` : VIEW;
}
