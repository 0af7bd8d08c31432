import type { LiveEvent } from "../api";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Connection, connectionText, EventReader, Live, type OpenStream, retryMs } from "./live";
import { Refusal } from "./polling";

/** Stands in for `document` and `window`: the stream only listens to them. */
class Place extends EventTarget {
  hidden = false;
}
let place: Place;
let network: { onLine: boolean; language: string };

beforeEach(() => {
  vi.useFakeTimers();
  place = new Place();
  network = { onLine: true, language: "en-US" };
  vi.stubGlobal("document", place);
  vi.stubGlobal("window", place);
  vi.stubGlobal("navigator", network);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A stream whose other end the test holds. */
class Wire {
  address = "";
  after = "";
  signal: AbortSignal | undefined;
  #waiting: ((piece: IteratorResult<string>) => void) | undefined;
  #fail: ((why: Error) => void) | undefined;
  #pieces: IteratorResult<string>[] = [];

  say(text: string): void {
    this.#put({ done: false, value: text });
  }

  event(id: string, event: object): void {
    this.say(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  end(): void {
    this.#put({ done: true, value: undefined });
  }

  break(): void {
    this.#fail?.(new Error("broken"));
  }

  #put(piece: IteratorResult<string>): void {
    if (this.#waiting) this.#waiting(piece);
    else this.#pieces.push(piece);
    this.#waiting = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    return {
      next: () => {
        const piece = this.#pieces.shift();
        if (piece) return Promise.resolve(piece);
        return new Promise((resolve, reject) => {
          this.#waiting = resolve;
          this.#fail = reject;
        });
      },
    };
  }
}

/** A page that follows; every attempt fails while there is a `why`. */
function following(why: Error | null = null) {
  const wires: Wire[] = [];
  const refuse = { why };
  const open: OpenStream = async (address, after, signal) => {
    if (refuse.why) throw refuse.why;
    const wire = Object.assign(new Wire(), { address, after, signal });
    wires.push(wire);
    return wire;
  };
  const events: LiveEvent[] = [];
  const connections: Connection[] = [];
  const ask = vi.fn(async () => {});
  const page = {
    event: (event: LiveEvent) => void events.push(event),
    connection: (connection: Connection) => void connections.push(connection),
    ask,
  };
  const live = new Live(page, open, () => 1);
  live.follow("/stream?symbols=A");
  const states = () => connections.map(({ state, polling }) => (polling ? `${state}, polling` : state));
  const wire = () => wires.at(-1) as Wire;
  return { live, wires, wire, refuse, events, connections, states, ask };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("events are put together from whatever pieces they come in", () => {
  const reader = new EventReader();
  expect(reader.read("retry: 3000\n\n: heartbeat\n\nid: e-1\nda")).toEqual([]);
  expect(reader.read('ta: {"a":1}\n')).toEqual([]);
  expect(reader.read("\ndata: 2\n\n")).toEqual([
    { id: "e-1", data: '{"a":1}' },
    { id: "", data: "2" },
  ]);
});

test("waits grow from a second to half a minute, and differ between readers", () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((n) => retryMs(n, 1))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ]);
  expect(retryMs(6, 0)).toBe(15_000);
  expect(retryMs(1, 0)).toBe(1_000);
});

test("is connected with the first word, and passes events on", async () => {
  const { wire, events, states } = following();
  await pass(0);
  expect(states()).toEqual([]);
  wire().say("retry: 3000\n\n");
  await pass(0);
  expect(states()).toEqual(["connected"]);
  wire().event("e-1", { type: "error", symbol: null });
  await pass(0);
  expect(events).toEqual([{ type: "error", symbol: null }]);
});

test("a broken stream is taken up after the last event seen", async () => {
  const { wires, wire, states } = following();
  await pass(0);
  wire().event("e-7", { type: "snapshot" });
  await pass(0);
  wire().break();
  await pass(0);
  expect(states()).toEqual(["connected", "reconnecting"]);
  await pass(1_000);
  expect(wires.map(({ after }) => after)).toEqual(["", "e-7"]);
  wire().say(": heartbeat\n\n");
  await pass(0);
  expect(states()).toEqual(["connected", "reconnecting", "connected"]);
});

test("so is one that the service ends", async () => {
  const { wires, wire } = following();
  await pass(0);
  wire().event("e-7", { type: "snapshot" });
  wire().end();
  await pass(1_000);
  expect(wires).toHaveLength(2);
});

test("one that ends as soon as it is open is taken up later and later, and asked for instead", async () => {
  const { wires, wire, ask } = following();
  for (const wait of [1_000, 2_000, 4_000]) {
    await pass(0);
    wire().say("\n");
    wire().end();
    await pass(wait - 1);
    const before = wires.length;
    await pass(1);
    expect(wires).toHaveLength(before + 1);
  }
  expect(ask).toHaveBeenCalled();
});

test("heartbeats keep a stream; one that is silent is given up", async () => {
  const { wires, wire, states } = following();
  await pass(0);
  for (let beat = 0; beat < 10; beat += 1) {
    wire().say(": heartbeat\n");
    await pass(4_000);
  }
  expect(wires).toHaveLength(1);
  expect(states()).toEqual(["connected"]);
  await pass(5_999);
  expect(states()).toEqual(["connected"]);
  await pass(1);
  expect(wire().signal?.aborted).toBe(true);
  expect(states()).toEqual(["connected", "offline"]);
  await pass(1_000);
  expect(wires).toHaveLength(2);
});

test("without a connection for ten seconds the page is offline, until it is back", async () => {
  const { wire, refuse, states, ask } = following();
  await pass(0);
  wire().say("\n");
  await pass(0);
  refuse.why = new Error("no connection");
  ask.mockRejectedValue(new Error("no connection"));
  wire().break();
  await pass(9_000);
  expect(states()).toEqual(["connected", "reconnecting"]);
  await pass(2_000);
  expect(states().at(-1)).toBe("offline");
  refuse.why = null;
  await pass(30_000);
  wire().say("\n");
  await pass(0);
  expect(states()).toEqual(["connected", "reconnecting", "offline", "connected"]);
});

test("a device without a network is offline at once, and connects when it has one", async () => {
  const { wires, wire, states } = following();
  await pass(0);
  wire().say("\n");
  await pass(0);
  network.onLine = false;
  place.dispatchEvent(new Event("offline"));
  expect(states()).toEqual(["connected", "offline"]);
  network.onLine = true;
  place.dispatchEvent(new Event("online"));
  await pass(0);
  expect(wires).toHaveLength(2);
});

test("where streams are refused prices are asked for, until there is a stream", async () => {
  const { wire, refuse, states, ask } = following(new Refusal("all places are taken"));
  await pass(0);
  expect(states()).toEqual(["reconnecting", "connected, polling"]);
  await pass(15_000);
  expect(ask.mock.calls.length).toBeGreaterThanOrEqual(3);
  refuse.why = null;
  await pass(17_000);
  wire().say("\n");
  await pass(0);
  expect(states().at(-1)).toBe("connected");
  const asked = ask.mock.calls.length;
  for (let beat = 0; beat < 8; beat += 1) {
    await pass(4_000);
    wire().say(": heartbeat\n");
  }
  expect(ask.mock.calls.length).toBe(asked);
});

test("so they are where a proxy keeps the stream to itself", async () => {
  const { ask, states } = following();
  await pass(40_000);
  expect(ask).toHaveBeenCalled();
  expect(states().at(-1)).toBe("connected, polling");
});

test("a page hidden for minutes gives its place back, and catches up when looked at", async () => {
  const { wires, wire, states, connections } = following();
  await pass(0);
  wire().event("e-3", { type: "snapshot" });
  await pass(0);
  place.hidden = true;
  place.dispatchEvent(new Event("visibilitychange"));
  await pass(119_000);
  expect(wires.length).toBeGreaterThan(0);
  await pass(3_600_000);
  expect(wire().signal?.aborted).toBe(true);
  const before = wires.length;
  place.hidden = false;
  place.dispatchEvent(new Event("visibilitychange"));
  await pass(0);
  expect(states().at(-1)).toBe("offline");
  expect(connectionText(connections.at(-1) as Connection)).toMatch(/^Offline since /);
  expect(wires).toHaveLength(before + 1);
  expect(wire().after).toBe("e-3");
  wire().say("\n");
  await pass(0);
  expect(states().at(-1)).toBe("connected");
});

test("a page looked at again within a minute keeps its stream", async () => {
  const { wires, wire } = following();
  await pass(0);
  wire().say("\n");
  place.hidden = true;
  place.dispatchEvent(new Event("visibilitychange"));
  for (let beat = 0; beat < 8; beat += 1) {
    await pass(4_000);
    wire().say(": heartbeat\n");
  }
  place.hidden = false;
  place.dispatchEvent(new Event("visibilitychange"));
  await pass(5_000);
  expect(wires).toHaveLength(1);
  expect(wire().signal?.aborted).toBe(false);
});

test("following something else leaves the stream before, and what it still says", async () => {
  const { live, wires, events } = following();
  await pass(0);
  live.follow("/stream?symbols=B");
  await pass(0);
  expect(wires.map(({ address, after }) => [address, after])).toEqual([
    ["/stream?symbols=A", ""],
    ["/stream?symbols=B", ""],
  ]);
  expect(wires[0]?.signal?.aborted).toBe(true);
  wires[0]?.event("e-1", { type: "quote" });
  await pass(0);
  expect(events).toEqual([]);
});

test("what cannot be read is not passed over: it is taken up again after the last event read", async () => {
  const { wires, wire } = following();
  await pass(0);
  wire().event("e-1", { type: "snapshot" });
  wire().say("id: e-2\ndata: {\n\n");
  await pass(1_000);
  expect(wires.at(-1)?.after).toBe("e-1");
});

test("each state has words of its own", () => {
  const at = { polling: false, answeredAt: new Date(2026, 0, 2, 14, 3, 5) };
  expect(connectionText({ ...at, state: "connected" })).toBe("Live");
  expect(connectionText({ ...at, state: "connected", polling: true })).toBe("Live, asked every 5 s");
  expect(connectionText({ ...at, state: "reconnecting" })).toBe("Reconnecting; the last word came at 14:03:05");
  expect(connectionText({ ...at, state: "offline" })).toBe("Offline since 14:03:05; these are the last known prices");
});

test("over stale prices a connection is no more than that", () => {
  const connected = { state: "connected", polling: false, answeredAt: new Date() } as const;
  expect(connectionText(connected, true)).toBe("Connected");
  expect(connectionText({ ...connected, polling: true }, true)).toBe("Connected, asked every 5 s");
});

test("a page whose service never says a word is offline after ten seconds", async () => {
  const { states } = following();
  await pass(9_999);
  expect(states()).toEqual([]);
  await pass(1);
  expect(states()).toEqual(["offline"]);
});

test("what is asked for instead is no fresher: ten seconds without an answer are as long", async () => {
  const { states, ask } = following(new Refusal("all places are taken"));
  await pass(0);
  expect(states().at(-1)).toBe("connected, polling");
  ask.mockImplementation(() => new Promise(() => {}));
  await pass(9_999);
  expect(states().at(-1)).toBe("connected, polling");
  await pass(1);
  expect(states().at(-1)).toMatch(/^offline/);
});

test("what is followed while nobody looks is had when somebody does", async () => {
  const { live, wires, wire } = following();
  await pass(0);
  wire().say("retry: 3000\n\n");
  await pass(0);
  place.hidden = true;
  place.dispatchEvent(new Event("visibilitychange"));
  live.follow("/stream?symbols=B");
  expect(wires[0]?.signal?.aborted).toBe(true);
  await pass(1_000);
  place.hidden = false;
  place.dispatchEvent(new Event("visibilitychange"));
  await pass(0);
  expect(wire().address).toBe("/stream?symbols=B");
});
