// Polling that is gentle: slower while the service does not answer, and not at
// all while the tab is hidden.

const SHORTEST_MS = 2_500;
const LONGEST_MS = 60_000;

/** How long to wait after so many failures in a row, in milliseconds: soon at first, then longer and longer. */
export function waitMs(everyMs: number, failures: number): number {
  return failures ? Math.min(SHORTEST_MS * 2 ** failures, Math.max(LONGEST_MS, everyMs)) : everyMs;
}

/**
 * Calls `ask` every `everyMs`, and less and less often while it fails. The first
 * call is made now, or after `everyMs` where `first` is `"later"`.
 *
 * `failed` is called after each failure. A hidden tab does not ask; one that is
 * looked at again asks at once. Returns a function that ends it.
 */
export function poll(
  ask: () => Promise<void>,
  everyMs: number,
  failed: (why: unknown) => void,
  first: "now" | "later" = "now",
): () => void {
  const over = new AbortController();
  const { signal } = over;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;

  const turn = async () => {
    if (asking || document.hidden || signal.aborted) return;
    clearTimeout(timer);
    asking = true;
    try {
      await ask();
      failures = 0;
    } catch (why) {
      failures += 1;
      if (!signal.aborted) failed(why);
    }
    asking = false;
    if (signal.aborted) return;
    timer = setTimeout(turn, waitMs(everyMs, failures));
  };

  document.addEventListener("visibilitychange", turn, { signal });
  window.addEventListener("online", turn, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  if (first === "now") void turn();
  else timer = setTimeout(turn, everyMs);
  return () => over.abort();
}

/** The service refused a request. The message is the service's own sentence about it. */
export class Refusal extends Error {}

/**
 * Reads JSON.
 *
 * Throws where the answer is late or is no JSON, and throws a {@link Refusal}
 * where the service answers with an error.
 */
export async function readJson<T>(address: string): Promise<T> {
  const answer = await fetch(address, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) {
    const problem = (await answer.json()) as { detail?: string };
    throw new Refusal(problem.detail ?? `status ${answer.status}`);
  }
  return (await answer.json()) as T;
}
