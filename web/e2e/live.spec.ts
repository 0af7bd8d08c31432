import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Locator, Page } from "@playwright/test";
import { expect, passing, serving, stopClock, test } from "./service";

const DASHBOARD = "/marketpulse/dashboard";
/** Whatever a browser says of a service that is away. */
const AWAY = /^Failed to load resource: (net::ERR_|the server responded with a status of (429|503))/;

const tile = (page: Page, symbol: string) => page.locator(`.tile[data-symbol="${symbol}"]`);
const connection = (page: Page) => page.locator("#connection");

/** Has the page's stream say this once; each later one says nothing. */
async function streaming(page: Page, ...events: object[]): Promise<void> {
  const body = events.map((event, n) => `id: 1-${n}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  let isSent = false;
  await page.route("**/marketpulse/stream?*", async (route) => {
    if (isSent) return;
    isSent = true;
    await route.fulfill({ contentType: "text/event-stream", body: `retry: 3000\n\n${body}` });
  });
}

const QUOTE = {
  symbol: "CAC40",
  name: "CAC 40",
  kind: "index",
  price: 8000,
  price_decimals: 2,
  currency: "EUR",
  previous: 7900,
  change: 100,
  change_percent: 1.27,
  change_since: "previous_close",
  day_high: 8100,
  day_low: 7900,
  market_state: "open",
  source: "yahoo",
  as_of: new Date().toISOString(),
  received_at: new Date().toISOString(),
  freshness: "fresh",
  simulated: false,
  disputed: null,
  quarantined: null,
};
const snapshot = (quote: object) => ({
  type: "snapshot",
  timestamp: new Date().toISOString(),
  quotes: [{ ...QUOTE, ...quote }],
  sources: [],
});

test("prices move by themselves, without moving the page", async ({ page }) => {
  await page.goto(DASHBOARD);
  await expect(connection(page)).toHaveText("Live");
  await expect(connection(page)).toHaveAttribute("data-state", "connected");
  const layout = () => page.getByRole("article").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().toJSON()));
  const boxes = await layout();
  await moved(page);
  expect(await layout()).toEqual(boxes);
});

test("ages go on by themselves, by the service's clock", async ({ page }) => {
  const now = new Date();
  const asOf = new Date(now.getTime() - 50_000).toISOString();
  await streaming(page, { ...snapshot({ as_of: asOf }), timestamp: now.toISOString() });
  await page.clock.install();
  await stopClock(page);
  await page.goto(`${DASHBOARD}?symbols=CAC40`);
  const age = tile(page, "CAC40").locator('[data-slot="age"]');
  await passing(page, 100, age).toMatch(/^5\d\ss$/);
  await passing(page, 1_000, age).toMatch(/^1\smin$/);
});

test("each state of a price has its words", async ({ page }) => {
  const card = tile(page, "CAC40");
  const badge = card.locator('[data-slot="badge"]');
  const streamed = async (quote: object) => {
    // The page before would come back for a stream, and take the one that is for the next.
    await page.goto("about:blank");
    await page.unrouteAll();
    await streaming(page, snapshot(quote));
    await page.goto(`${DASHBOARD}?symbols=CAC40`);
    await expect(card.locator('[data-slot="source"]')).not.toHaveText("demo");
  };
  await streamed({ freshness: "stale", detail: "yahoo has nothing newer" });
  await expect(badge).toHaveText("stale");
  await expect(card.locator('[data-slot="note"]')).toHaveText("yahoo has nothing newer");
  await streamed({ price: null, freshness: "missing", source: null, as_of: null, change: null, detail: "yahoo cannot be reached" });
  await expect(card.locator('[data-slot="price"]')).toHaveText("no value");
  await expect(card.locator('[data-slot="price"]')).not.toHaveAttribute("value");
  await expect(card).toContainText("yahoo cannot be reached");
  await streamed({ disputed: { source: "kraken", price: 8400 } });
  await expect(card.locator('[data-slot="doubt"]')).toHaveText("disputed");
  await expect(card).toContainText("disputed: kraken says 8,400.00 EUR");
  await streamed({ quarantined: { price: 1, source: "yahoo", why: "too far" }, detail: "yahoo says 1, which is not believed" });
  await expect(card.locator('[data-slot="doubt"]')).toHaveText("newer one held back");
  await expect(card).toContainText("which is not believed");
});

test("hostile names and errors from the stream are texts", async ({ page }) => {
  const nasty = '<img src=x onerror="document.title=1">';
  const error = { type: "error", symbol: "AAPL", reason: "unknown_symbol", detail: `no source knows ${nasty}` };
  await streaming(
    page,
    snapshot({ name: nasty, detail: nasty, freshness: "stale", source: nasty, currency: nasty }),
    { type: "quote", ...QUOTE, symbol: "AAPL", price: null, freshness: "missing", detail: "x" },
    error,
    { type: "error", symbol: null, reason: "not_understood", detail: nasty },
  );
  await page.goto(`${DASHBOARD}?symbols=CAC40,AAPL`);
  await expect(tile(page, "CAC40").getByRole("heading")).toHaveText(nasty);
  await expect(tile(page, "CAC40").locator('[data-slot="note"]')).toHaveText(nasty);
  await expect(tile(page, "AAPL").locator('[data-slot="note"]')).toHaveText(error.detail);
  await expect(page.locator("#board-said")).toHaveText(nasty);
  await expect(page.locator("main img")).toHaveCount(0);
});

test("an instrument that was added lives as the others do", async ({ page }) => {
  await page.goto(`${DASHBOARD}?symbols=CAC40`);
  await expect(connection(page)).toHaveText("Live");
  const followed = page.waitForRequest(/stream\?symbols=.*ETH/);
  await page.getByLabel("Add an instrument").fill("ETH/EUR");
  await expect(page.locator("#add-said")).toContainText("Enter adds “ETH/EUR” as a symbol.");
  await page.keyboard.press("Enter");
  await followed;
  await moved(tile(page, "ETH/EUR"));
});

test("a price that grows old while one looks is said to be, and why", async ({ page }) => {
  const old = { type: "state", symbol: "CAC40", timestamp: new Date().toISOString(), market_state: "open", freshness: "stale" };
  const why = "yahoo and er_api cannot be reached";
  const flat = { ...QUOTE, freshness: "stale", detail: why, disputed_by: null, disputed_price: null, doubted_of: null };
  await page.route("**/marketpulse/v1/quotes?*", (route) =>
    route.fulfill({ json: { timestamp: new Date().toISOString(), quotes: [flat] } }),
  );
  await streaming(page, snapshot({}), old);
  await page.goto(`${DASHBOARD}?symbols=CAC40`);
  const card = tile(page, "CAC40");
  await expect(card.locator('[data-slot="badge"]')).toHaveText("stale");
  await expect(card).toHaveAttribute("data-freshness", "stale");
  await expect(card.locator('[data-slot="note"]')).toHaveText(why);
  await expect(card.locator('[data-slot="price"]')).toHaveText("8,000.00");
});

test("a symbol that turns out to be unknown has links to what may have been meant", async ({ page }) => {
  const missing = { symbol: "CAX40", name: "CAX40", price: null, freshness: "missing", source: null, as_of: null, change: null };
  const error = { type: "error", symbol: "CAX40", reason: "unknown_symbol", detail: "no source knows CAX40" };
  await page.route("**/marketpulse/stream?*", (route) => {
    const isAsked = route.request().url().includes("CAX40");
    const events = isAsked ? [snapshot({ ...missing, detail: error.detail }), error] : [snapshot({})];
    const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
    return route.fulfill({ contentType: "text/event-stream", body });
  });
  await page.route(/dashboard\?/, async (route) => {
    const answer = await route.fetch();
    const near = '<p class="near">Did you mean <a href="/marketpulse/dashboard?symbols=CAC40" data-instead>CAC40</a>?</p>';
    const html = (await answer.text()).replace(/(data-symbol="CAX40"[^]*?data-slot="note">[^<]*<\/p>)/, `$1${near}`);
    await route.fulfill({ response: answer, body: isSecond ? html : await answer.text() });
    isSecond ||= route.request().url().includes("CAX40");
  });
  let isSecond = false;
  await page.goto(`${DASHBOARD}?symbols=BTC/EUR`);
  await page.getByLabel("Add an instrument").fill("CAX40");
  await expect(page.locator("#add-said")).toContainText("Enter adds “CAX40” as a symbol.");
  await page.keyboard.press("Enter");
  const card = tile(page, "CAX40");
  await expect(card.locator('[data-slot="note"]')).toHaveText("no source knows CAX40");
  await card.getByRole("link", { name: "CAC40", exact: true }).click();
  await expect(card).toHaveCount(0);
  await expect(tile(page, "CAC40")).toBeVisible();
});

test.describe("without a stream", () => {
  test.use({ expected: AWAY });

  test("prices are asked for instead, of the watchlist and of one's own", async ({ page }) => {
    await page.route("**/marketpulse/stream?*", (route) =>
      route.fulfill({ status: 429, json: { status: 429, detail: "all places are taken" } }),
    );
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    for (const [address, asks] of [["", "/marketpulse/latest"], ["?symbols=BTC/EUR,EUR/USD", "/marketpulse/v1/quotes"]] as const) {
      await page.goto(DASHBOARD + address);
      await expect(connection(page)).toHaveText("Live, asked every 5 s");
      await moved(page);
      expect(asked).toContain(asks);
    }
  });
});

test.describe("where the service stops and comes back", () => {
  test.use({ expected: AWAY });
  test("prices that were fresh are the last known ones, until it is back", async ({ page }) => {
    await streaming(page, snapshot({}));
    await page.clock.install();
    await page.goto(`${DASHBOARD}?symbols=CAC40`);
    const card = tile(page, "CAC40");
    const badge = card.locator('[data-slot="badge"]');
    await expect(badge).toHaveText("fresh");
    await page.unrouteAll();
    await page.route("**/marketpulse/**", (route) => route.abort());
    await passing(page, 5_000, badge).toBe("last known");
    await expect(card).toHaveAttribute("data-freshness", "stale");
    await expect(card.locator('[data-slot="price"]')).toHaveText("8,000.00");
    await page.unrouteAll();
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect(badge).toHaveText("simulated");
  });

  test("the page says since when, keeps the last prices marked as such, and catches up", async ({ page }) => {
    const door = await openDoor();
    await page.clock.install();
    await demo(door, async () => {
      await page.goto(door.address + DASHBOARD);
      await expect(connection(page)).toHaveText("Live");
      await moved(page);
      await stopClock(page);
    });
    await expect(connection(page)).toHaveText(/^Reconnecting; the last word came at \d\d:\d\d:\d\d$/);
    await expect(connection(page)).toHaveAttribute("data-state", "reconnecting");
    await passing(page, 5_000, connection(page)).toMatch(/^Offline since \d\d:\d\d:\d\d; these are the last known prices$/);
    await page.clock.resume();
    await expect(page.locator('[data-slot="price"]')).toHaveText(Array(3).fill(/\d/));
    await demo(door, async () => {
      await page.evaluate(() => window.dispatchEvent(new Event("online")));
      await expect(connection(page)).toHaveText("Live");
      await moved(page);
    });
    door.close();
  });

  for (const path of ["", "/status", "/disputes", "/dashboard", "/history/view?symbol=BTC/EUR&period=1d"]) {
    test(`a service that says nothing more is offline after ten seconds, though its connections stay: ${path || "home"}`, async ({ page }) => {
      const door = await openDoor();
      await page.clock.install();
      await demo(door, async () => {
        await page.goto(`${door.address}/marketpulse${path}`);
        await expect(connection(page)).toHaveText(/^Live/);
        if (path.includes("history")) await expect(page.locator("figure[data-bars]")).toHaveAttribute("data-drawn", /\d/);
        await stopClock(page);
        door.freeze();
        await passing(page, 1_000, connection(page)).toMatch(/^Offline since \d\d:\d\d:\d\d; these are the last known prices$/);
        await expect(page.locator('main [data-freshness="fresh"]')).toHaveCount(0);
      });
      door.close();
    });
  }

  test("a history view whose service is started again goes on with its last bar", async ({ page }) => {
    const door = await openDoor();
    const last = page.locator('[data-slot="last"]');
    await page.clock.install();
    await demo(door, async () => {
      await page.goto(`${door.address}/marketpulse/history/view?symbol=BTC/EUR&period=1d`);
      await expect(connection(page)).toHaveText("Live");
    });
    await passing(page, 5_000, connection(page)).toMatch(/^Offline since \d\d:\d\d:\d\d; these are the last known prices$/);
    const before = (await last.textContent()) ?? "";
    expect(before).toMatch(/\d/);
    await demo(door, async () => {
      const asked = page.waitForResponse(/\/v1\/bars\/BTC/);
      await page.evaluate(() => window.dispatchEvent(new Event("online")));
      await expect(connection(page)).toHaveText("Live");
      expect((await asked).ok()).toBe(true);
      await expect(last).not.toHaveText(before);
      await expect(page.locator("[data-standing]")).toBeHidden();
    });
    door.close();
  });
});

/** A demo behind a door, for as long as `use` takes. */
function demo(door: Awaited<ReturnType<typeof openDoor>>, use: () => Promise<void>): Promise<void> {
  return serving(["serve", "--demo"], { APP_ENV: "development" }, async (service) => {
    door.leadTo(service);
    await use();
    door.shut();
  });
}

/** An address that stays the same while the service behind it is another one. */
async function openDoor() {
  let port: number | null = null;
  let isFrozen = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (port === null) {
      near.destroy();
      return;
    }
    if (isFrozen) return void sockets.add(near);
    const far = connect(port, "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo: (service: string) => (port = Number(new URL(service).port)),
    /** Lets nothing through any more, in either direction, and breaks no connection. */
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.unpipe();
    },
    shut() {
      port = null;
      for (const socket of sockets) socket.destroy();
    },
    close: () => server.close(),
  };
}

/** Waits until any of the prices is another one. */
async function moved(within: Page | Locator): Promise<void> {
  const prices = () => within.locator('[data-slot="price"]').allTextContents();
  const before = await prices();
  await expect.poll(prices).not.toEqual(before);
}
