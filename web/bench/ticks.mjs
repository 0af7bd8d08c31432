// Whether a page that is left open grows: eight hours of ticks, as fast as it takes them.

const QUARTERS = 4;

/**
 * @typedef {{ heaps: number[], nodes: number[], events: number, tookMs: number }} Growth
 */

/**
 * Opens a page whose stream is replaced by one of a tick a second for each symbol.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {string} service
 * @param {string} path
 * @param {number} hours
 * @returns {Promise<Growth | null>} `null` where the page opens no stream.
 */
export async function grow(browser, service, path, hours) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const quotes = await quotesOf(service);
    await page.addInitScript(replaceStream, { quotes, beginMs: Date.now() });
    await page.goto(service + path);
    await page.waitForTimeout(3_000);
    if (!(await page.evaluate(() => /** @type {any} */ (window).ticks.isOpen()))) return null;
    return await measure(page, devtools, hours * 3_600);
  } finally {
    await context.close();
  }
}

/** @param {string} service */
async function quotesOf(service) {
  const answer = (await (await fetch(`${service}/marketpulse/latest`)).json());
  return Object.values(answer.quotes);
}

/**
 * @param {import("@playwright/test").Page} page
 * @param {import("@playwright/test").CDPSession} devtools
 * @param {number} seconds
 */
async function measure(page, devtools, seconds) {
  const began = Date.now();
  const feed = (/** @type {number} */ count) => page.evaluate((n) => /** @type {any} */ (window).ticks.feed(n), count);
  let events = await feed(60);
  const first = await memory(page, devtools);
  const [heaps, nodes] = [[first.heap], [first.nodes]];
  for (let quarter = 0; quarter < QUARTERS; quarter += 1) {
    events = await feed(seconds / QUARTERS);
    const now = await memory(page, devtools);
    heaps.push(now.heap);
    nodes.push(now.nodes);
  }
  return { heaps, nodes, events, tookMs: Date.now() - began };
}

/**
 * What is left when all rubbish is gone.
 *
 * @param {import("@playwright/test").Page} page
 * @param {import("@playwright/test").CDPSession} devtools
 */
async function memory(page, devtools) {
  // What was taken in is shown in the next frames.
  await page.waitForTimeout(500);
  for (let times = 0; times < 3; times += 1) await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  const { nodes } = await devtools.send("Memory.getDOMCounters");
  return { heap: usedSize, nodes };
}

/**
 * In the page, before its scripts: a stream that says what it is fed.
 *
 * @param {{ quotes: any[], beginMs: number }} given
 */
function replaceStream({ quotes, beginMs }) {
  const real = window.fetch;
  const text = new TextEncoder();
  /** @type {ReadableStreamDefaultController<Uint8Array> | undefined} */
  let stream;
  /** @type {any[]} */
  let followed = [];
  let interval = "";
  let second = 0;
  let events = 0;
  const at = () => new Date(beginMs + second * 1_000).toISOString();
  const price = (/** @type {any} */ quote, /** @type {number} */ place) =>
    Number((quote.price * (1 + 0.004 * Math.sin(second / 900 + place) + 0.0005 * Math.sin(second * 1.7))).toFixed(4));
  const now = (/** @type {any} */ quote, /** @type {number} */ place) => {
    const moved = { price: price(quote, place), as_of: at(), received_at: at(), change: price(quote, place) - quote.previous };
    return { ...quote, ...moved };
  };
  /** @type {Map<string, any>} */
  const forming = new Map();
  /** The bar that goes on, after the one that has ended. @param {any} quote @param {number} place */
  const bars = (quote, place) => {
    const length = { "1m": 60, "5m": 300, "15m": 900, "1h": 3_600 }[interval] ?? 86_400;
    const open_time = new Date(Math.floor(Date.parse(at()) / 1_000 / length) * length * 1_000).toISOString();
    const [close, before] = [price(quote, place), forming.get(quote.symbol)];
    const isSame = before?.open_time === open_time;
    const { open, high, low } = isSame ? before : { open: close, high: close, low: close };
    const about = { type: "bar", symbol: quote.symbol, interval, open_time, date: open_time.slice(0, 10), source: quote.source };
    const prices = { open, high: Math.max(high, close), low: Math.min(low, close), close, volume: second };
    forming.set(quote.symbol, { ...about, ...prices, provisional: true });
    const ended = before && !isSame ? [{ ...before, provisional: false }] : [];
    return [...ended, forming.get(quote.symbol)];
  };
  const say = (/** @type {any[]} */ messages) => {
    const frames = messages.map((message) => `id: bench-${(events += 1)}\ndata: ${JSON.stringify(message)}\n\n`);
    stream?.enqueue(text.encode(frames.join("")));
  };
  const open = (/** @type {URL} */ address, /** @type {AbortSignal | null | undefined} */ signal) => {
    const asked = (address.searchParams.get("symbols") ?? "").split(",");
    interval = address.searchParams.get("bars") ?? "";
    followed = quotes.filter(({ symbol, price: known }) => asked.includes(symbol) && known !== null);
    const body = new ReadableStream({ start: (controller) => void (stream = controller) });
    signal?.addEventListener("abort", () => (stream = undefined));
    say([{ type: "snapshot", id: "bench-0", timestamp: at(), quotes: followed.map(now), sources: [], bars: [] }]);
    return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  };
  window.fetch = (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input, location.href);
    return address.pathname === "/marketpulse/stream" ? open(address, init?.signal) : real(input, init);
  };
  // Tasks and not timers, which a browser slows down; frames are drawn between them.
  const turn = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => (port1.close(), resolve(undefined)));
      port1.start();
      port2.postMessage(null);
    });
  const isFull = () => (stream?.desiredSize ?? 1) <= 0;
  /** @param {number} seconds */
  const feed = async (seconds) => {
    for (let fed = 0; fed < seconds; fed += 1) {
      second += 1;
      const quoted = followed.map((quote, place) => ({ type: "quote", ...now(quote, place) }));
      say([...quoted, ...(interval ? followed.flatMap(bars) : [])]);
      await turn();
      while (isFull()) await turn();
    }
    return events;
  };
  Object.assign(window, { ticks: { feed, isOpen: () => stream !== undefined } });
}
