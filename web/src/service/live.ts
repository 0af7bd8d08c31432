// Prices as they change: one stream for each page, reopened when it breaks.
//
// It is read with fetch and not with EventSource. EventSource hides heartbeats,
// so that a dead connection looks open, and it does not say whether a stream was
// refused or broke off.

import type { LiveEvent } from "../api";
import { clock } from "../locale/format";
import { poll, Refusal } from "./polling";

/** The state of a page's connection to the service. */
export interface Connection {
  state: "connected" | "reconnecting" | "offline";
  /** Whether prices are asked for again and again, because no stream can be had. */
  polling: boolean;
  /** When the service answered last. */
  answeredAt: Date;
}

/** What a page does with its stream. */
export interface Page {
  event(event: LiveEvent): void;
  connection(connection: Connection): void;
  /** Asks for the prices once, where no stream can be had. */
  ask(): Promise<void>;
}

/** Opens the stream at an address. It begins after the event `after`, or with a snapshot where that is empty. */
export type OpenStream = (address: string, after: string, signal: AbortSignal) => Promise<AsyncIterable<string>>;

/** More than two heartbeats of the service. After so long without a byte nothing is called fresh. */
export const SILENT_MS = 10_000;
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** A tab that is hidden for longer closes its stream: a browser has few connections to one service. */
const HIDDEN_MS = 120_000;
const POLL_EVERY_MS = 5_000;
const LASTING_MS = 15_000;
/** After so many failures in a row the prices are asked for instead. */
const PATIENCE = 3;

/**
 * How long to wait after so many failures in a row: longer and longer, and not
 * all readers at the same moment. `random` is from 0 to 1.
 */
export function retryMs(failures: number, random: number): number {
  const longest = Math.min(SHORTEST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  return Math.max(SHORTEST_WAIT_MS, longest * (0.5 + random / 2));
}

/**
 * The state of the connection in words. Over prices of which some are `stale` it
 * says no more than that there is a connection.
 */
export function connectionText({ state, polling, answeredAt }: Connection, stale = false): string {
  const at = clock(answeredAt);
  if (state === "reconnecting") return `Reconnecting; the last word came at ${at}`;
  if (state === "offline") return `Offline since ${at}; these are the last known prices`;
  const word = stale ? "Connected" : "Live";
  return polling ? `${word}, asked every ${POLL_EVERY_MS / 1_000} s` : word;
}

export class Live {
  #address = "";
  #lastId = "";
  #run: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #offline: ReturnType<typeof setTimeout> | undefined;
  #hidden: ReturnType<typeof setTimeout> | undefined;
  #endPolling: (() => void) | undefined;
  #pollingWorks = false;
  #failures = 0;
  #openedAt = 0;
  #answeredAt = new Date();
  #state: Connection["state"] | undefined;
  #reported = "";

  constructor(
    private readonly page: Page,
    private readonly open: OpenStream = openStream,
    private readonly random: () => number = Math.random,
  ) {
    document.addEventListener("visibilitychange", () => this.#seen());
    window.addEventListener("online", () => this.#again());
    window.addEventListener("offline", () => this.#lost());
  }

  /** Follows the stream at an address in place of the one before. An empty address follows none. */
  follow(address: string): void {
    this.#address = address;
    this.#lastId = "";
    this.#leave();
    this.#again();
  }

  #again(): void {
    if (!this.#address || document.hidden) return;
    this.#failures = 0;
    this.#awaitWord();
    void this.#connect();
  }

  async #connect(): Promise<void> {
    this.#run?.abort();
    const run = (this.#run = new AbortController());
    this.#openedAt = Date.now();
    this.#expectWord(run);
    let why: unknown;
    try {
      await this.#read(run);
    } catch (error) {
      why = error;
    }
    // Otherwise another attempt has taken its place, or the tab is hidden.
    if (this.#run === run) this.#failed(why);
  }

  async #read(run: AbortController): Promise<void> {
    const events = new EventReader();
    for await (const text of await this.open(this.#address, this.#lastId, run.signal)) {
      if (this.#run !== run) return;
      this.#expectWord(run);
      this.#connected(false);
      for (const { id, data } of events.read(text)) {
        this.page.event(JSON.parse(data) as LiveEvent);
        if (id) this.#lastId = id;
      }
    }
  }

  /** Gives up a stream that sends nothing, not even a heartbeat, for so long. */
  #expectWord(run: AbortController): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      run.abort();
      if (this.#run === run) this.#failed(new Error("silent"));
    }, SILENT_MS);
  }

  #failed(why: unknown): void {
    this.#run = undefined;
    // A stream that ends each time soon after it was opened counts as refused.
    const hasLasted = this.#state === "connected" && Date.now() - this.#openedAt > LASTING_MS;
    this.#failures = hasLasted ? 1 : this.#failures + 1;
    if (!this.#pollingWorks) this.#lost();
    if (why instanceof Refusal || this.#failures >= PATIENCE) this.#pollInstead();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), retryMs(this.#failures, this.random()));
  }

  #pollInstead(): void {
    const ask = async () => {
      await this.page.ask();
      // A stream was opened meanwhile.
      if (!this.#endPolling) return;
      this.#pollingWorks = true;
      this.#connected(true);
    };
    const failed = () => {
      this.#pollingWorks = false;
      this.#lost();
    };
    this.#endPolling ??= poll(ask, POLL_EVERY_MS, failed);
  }

  #stopPolling(): void {
    this.#endPolling?.();
    this.#endPolling = undefined;
    this.#pollingWorks = false;
  }

  #connected(polling: boolean): void {
    if (!polling) this.#stopPolling();
    this.#answeredAt = new Date();
    clearTimeout(this.#offline);
    this.#offline = undefined;
    this.#awaitWord();
    this.#report("connected");
  }

  #lost(): void {
    if (!navigator.onLine || this.#isSilent()) return this.#report("offline");
    if (this.#state !== "offline") this.#report("reconnecting");
    this.#awaitWord();
  }

  /** Says that the page is offline when the next word has not come in time, whatever is tried meanwhile. */
  #awaitWord(): void {
    this.#offline ??= setTimeout(() => this.#report("offline"), SILENT_MS);
  }

  #isSilent(): boolean {
    return Date.now() - this.#answeredAt.getTime() >= SILENT_MS;
  }

  #report(state: Connection["state"]): void {
    this.#state = state;
    const polling = this.#pollingWorks;
    const report = `${state} ${polling}`;
    if (report === this.#reported) return;
    this.#reported = report;
    this.page.connection({ state, polling, answeredAt: this.#answeredAt });
  }

  /** Closes the stream of a tab that stays hidden, and opens it again when the tab is looked at. */
  #seen(): void {
    clearTimeout(this.#hidden);
    if (document.hidden) {
      this.#hidden = setTimeout(() => this.#leave(), HIDDEN_MS);
      return;
    }
    if (this.#run && !this.#isSilent()) return;
    this.#lost();
    this.#again();
  }

  #leave(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#stopPolling();
    clearTimeout(this.#timer);
    clearTimeout(this.#offline);
    this.#offline = undefined;
    this.#state = undefined;
    this.#reported = "";
  }
}

/** Joins pieces of text into server-sent events. */
export class EventReader {
  #rest = "";

  /** The events that are complete with this piece. Comments, which are heartbeats, are left out. */
  read(text: string): { id: string; data: string }[] {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.map(event).filter(({ data }) => data);
  }
}

function event(block: string): { id: string; data: string } {
  const field = (name: string) =>
    block
      .split("\n")
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ""))
      .join("\n");
  return { id: field("id"), data: field("data") };
}

async function openStream(address: string, after: string, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (after) headers["last-event-id"] = after;
  const answer = await fetch(address, { headers, signal, cache: "no-store" });
  const type = answer.headers.get("content-type") ?? "";
  if (!answer.ok || !answer.body || !type.startsWith("text/event-stream")) {
    throw new Refusal(`no stream: status ${answer.status}`);
  }
  return texts(answer.body.pipeThrough(new TextDecoderStream()));
}

/** Iterates over a stream: not every browser can. */
async function* texts(stream: ReadableStream<string>): AsyncIterable<string> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
