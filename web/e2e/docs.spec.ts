import { AxeBuilder } from "@axe-core/playwright";
import { expect, moved, overhang, shifting, STATUS, test } from "./service";

const FIRST = "/marketpulse/docs";
const PAGES = {
  "the first page": FIRST,
  "the page of a route": `${FIRST}/bars`,
  "the page of a stream": `${FIRST}/ws`,
  "the page of no route": `${FIRST}/barz`,
};

for (const [name, address] of Object.entries(PAGES)) {
  test.describe(name, () => {
    test.use({ expected: name === "the page of no route" ? STATUS : null });

    for (const colorScheme of ["light", "dark"] as const) {
      test(`has no accessibility fault in ${colorScheme}`, async ({ page }) => {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.goto(address);
        await expect(page.locator("h1")).toHaveCount(1);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      });
    }

    for (const width of [320, 768, 1440, 2560]) {
      test(`fits a screen ${width} px wide`, async ({ page }) => {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(address);
        expect(await overhang(page)).toBe(0);
      });
    }

    test("finds an instrument as every page does", async ({ page }) => {
      await page.goto(address);
      await page.keyboard.press("/");
      await expect(page.getByRole("dialog", { name: "Search" })).toBeVisible();
    });
  });
}

const sum = (sizes: Iterable<number>) => [...sizes].reduce((all, size) => all + size, 0);

test("every page weighs little with all that it asks for", async ({ page, browser, baseURL }) => {
  await page.goto(FIRST);
  const links = await page.locator(".pairs a[href*='/docs/']").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  const { paths } = (await (await page.request.get("/marketpulse/openapi.json")).json()) as { paths: object };
  // An address that ends as a file does is described on the page of its route.
  expect(links.length).toBe(Object.keys(paths).filter((path) => !path.endsWith(".{ending}")).length);
  for (const address of [FIRST, ...links]) {
    // Nothing is cached from the page before.
    const context = await browser.newContext({ baseURL: baseURL ?? "" });
    const fresh = await context.newPage();
    const sizes: Promise<number>[] = [];
    fresh.on("requestfinished", (request) => {
      sizes.push(request.sizes().then((it) => it.responseHeadersSize + it.responseBodySize));
    });
    await fresh.goto(address, { waitUntil: "networkidle" });
    expect(sizes.length).toBeGreaterThanOrEqual(3);
    expect(sum(await Promise.all(sizes)), address).toBeLessThan(15_000);
    await context.close();
  }
});

for (const address of [FIRST, `${FIRST}/bars`]) {
  test(`nothing jumps on ${address}`, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 1400 });
    const shifts = await shifting(page);
    await page.goto(address, { waitUntil: "networkidle" });
    expect(moved(await shifts())).toBeLessThan(0.005);
  });
}

test("one comes from the list to a route, to the next one, back and to the list again", async ({ page }) => {
  const title = page.getByRole("heading", { level: 1 });
  await page.goto(FIRST);
  await page.getByRole("link", { name: "Latest prices of many instruments" }).click();
  await expect(title).toHaveText("Latest prices of many instruments");
  await page.locator("[rel=next]").click();
  await expect(title).toHaveText("The latest price of one instrument");
  await expect(page.locator(".contents [aria-current=page]")).toHaveText("The latest price of one instrument");
  await page.locator("[rel=prev]").click();
  await expect(title).toHaveText("Latest prices of many instruments");
  await page.getByRole("link", { name: "All routes" }).click();
  await expect(page).toHaveURL(/\/docs#routes$/);
  await expect(title).toHaveText("API");
});

test("an address from when all was one page leads to the route's place in the list", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 400 });
  await page.goto(`${FIRST}#bars`);
  await expect(page.locator("#bars").getByRole("link")).toBeInViewport();
});

test.describe("under a name that no route has", () => {
  test.use({ expected: STATUS });

  test("the nearest one is offered", async ({ page }) => {
    const answer = await page.goto(PAGES["the page of no route"]);
    expect(answer?.status()).toBe(404);
    await page.getByRole("link", { name: "Price history of one instrument" }).click();
    await expect(page).toHaveURL(/\/docs\/bars$/);
  });
});

for (const id of ["stream", "ws"]) {
  test(`the example of ${id} works as it stands`, async ({ page }) => {
    await page.goto(`${FIRST}/${id}`);
    const code = await page.locator(".calls div", { hasText: "JavaScript" }).locator("code").innerText();
    const logged = page.waitForEvent("console");
    await page.evaluate(code);
    const message = await (await logged).args()[0]?.jsonValue();
    expect(message.type).toBe("snapshot");
    expect(message.quotes.map(({ symbol }: { symbol: string }) => symbol)).toEqual(["AAPL", "EUR/USD"]);
  });
}
