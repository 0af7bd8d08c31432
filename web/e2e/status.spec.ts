import { AxeBuilder } from "@axe-core/playwright";
import { CUT_OFF, expect, passing, test } from "./service";

const STATUS_PAGE = "/marketpulse/status";

test("of simulated prices it says so, and that nobody is asked", async ({ page }) => {
  await page.goto(STATUS_PAGE);
  await expect(page.locator("#verdict")).toHaveText(
    "All three watched prices are simulated: made up, not market data.",
  );
  await expect(page.locator("#trust")).toContainText("These numbers are made up");
  await expect(page.locator("#watched tbody tr")).toHaveCount(3);
  await expect(page.getByText("all prices come from the built-in simulator")).toBeVisible();
});

test("it can be read without scripts, with the time it is of", async ({ browser, service }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: service });
  const page = await context.newPage();
  await page.goto(STATUS_PAGE);
  await expect(page.locator("#connection")).toHaveText(/^Loaded \d+ \w{3} \d{4}, \d\d:\d\d:\d\d UTC$/);
  await expect(page.getByRole("row", { name: /EUR\/USD/ })).toContainText("simulated");
  await context.close();
});

test.describe("a reader in Paris", () => {
  test.use({ locale: "fr-FR", timezoneId: "Europe/Paris" });

  test("reads figures and instants in one way and on one clock", async ({ page, troubled }) => {
    await page.goto(troubled + STATUS_PAGE);
    const bitcoin = page.getByRole("row", { name: /BTC\/EUR/ }).getByRole("cell").first();
    await expect(bitcoin).toHaveText(/^68\u202f000,12 EUR$/);
    const yahoo = page.locator('[data-source="yahoo"]');
    // The date stands before it where that is tomorrow.
    await expect(yahoo).toContainText(/pause of 30 min, until ([^,]+, )?\d\d:\d\d:\d\d\sUTC[+]\d/);
    await yahoo.locator("summary").click();
    await expect(yahoo.locator("dl")).toContainText(/of 1\u202f800 requests/);
    await expect(page.getByRole("main")).not.toContainText(/UTC(?![+])/);
  });
});

test("it renews itself, and the link that has the focus keeps it", async ({ page }) => {
  await page.clock.install();
  await page.goto(STATUS_PAGE);
  await expect(page.locator("#connection")).toHaveText(/^Live, answered at /);
  const price = page.getByRole("row", { name: /BTC\/EUR/ }).getByRole("cell").first();
  const before = await price.textContent();
  await page.getByRole("link", { name: /Bitcoin/ }).focus();
  await passing(page, 5_000, price).not.toBe(before);
  await expect(page.getByRole("link", { name: /Bitcoin/ })).toBeFocused();
});

test("what is being copied stays for a minute, and no longer", async ({ page }) => {
  await page.clock.install();
  await page.goto(STATUS_PAGE);
  await expect(page.locator("#connection")).toHaveText(/^Live, answered at /);
  const price = page.getByRole("row", { name: /BTC\/EUR/ }).getByRole("cell").first();
  const before = await price.textContent();
  await price.selectText();
  const renewed = page.waitForResponse(`**${STATUS_PAGE}`);
  await page.clock.runFor(6_000);
  await (await renewed).finished();
  await expect(price).toHaveText(before ?? "");
  await passing(page, 20_000, price).not.toBe(before);
});

test.describe("where the service cannot be reached", () => {
  test.use({ expected: CUT_OFF });

  test("it says since when what stands there is out of date, until it is reached again", async ({ page }) => {
    await page.clock.install();
    await page.goto(STATUS_PAGE);
    await expect(page.locator("#connection")).toHaveText(/^Live/);
    await page.route(`**${STATUS_PAGE}`, (route) => route.abort());
    await page.clock.runFor(6_000);
    await expect(page.locator("#connection")).toHaveText(
      /^No answer, asking again; this was so at \d\d:\d\d:\d\d$/,
    );
    await expect(page.locator("#connection")).toHaveAttribute("data-state", "reconnecting");
    await page.clock.runFor(20_000);
    await expect(page.locator("#connection")).toHaveText(
      /^Offline since \d\d:\d\d:\d\d; these are the last known prices$/,
    );
    await expect(page.locator("#connection")).toHaveAttribute("data-state", "offline");
    await page.unroute(`**${STATUS_PAGE}`);
    const connection = page.locator("#connection");
    await passing(page, 10_000, connection).toMatch(/^Live/);
    await expect(page.locator("#watched tbody tr")).toHaveCount(3);
  });
});

test.describe("with upstreams in trouble", () => {
  test.beforeEach(async ({ page, troubled }) => {
    await page.goto(troubled + STATUS_PAGE);
  });

  test("one sentence says which prices can be trusted, and why not the others", async ({ page }) => {
    await expect(page.locator("#verdict")).toHaveText(
      /^1 of 3 is fresh; EUR in USD has no price because .*; CAC 40 has no price because Yahoo asked for a pause\.$/,
    );
  });

  test("each source says how it is", async ({ page }) => {
    const row = (name: string) => page.locator(`[data-source="${name}"]`);
    await expect(row("yahoo")).toContainText(/^\s*yahoo paused asks for a pause of 30 min, until .*\d\d:\d\d:\d\d/);
    await expect(row("er_api").locator(".badge")).toHaveText("last request failed");
    await expect(row("er_api")).toContainText("fails with status 500");
    await expect(row("ecb")).toContainText("cannot be reached: the answer broke off");
    await expect(row("coingecko").locator(".badge")).toHaveText("ok");
    await expect(row("coingecko")).toContainText(/last answered \d+\ss ago/);
    await expect(row("coingecko").getByRole("link", { name: "Terms of coingecko", includeHidden: true })).toHaveAttribute("href", /^https:/);
  });

  test.describe("and then gone itself", () => {
    test.use({ expected: CUT_OFF });

    test("ages go on, and nothing counts as fresh until it is back", async ({ page, troubled }) => {
      await page.clock.install();
      await page.goto(troubled + STATUS_PAGE);
      const bitcoin = page.getByRole("row", { name: /BTC\/EUR/ });
      await expect(bitcoin.locator(".badge")).toHaveText("fresh");
      const trusted = await page.locator("#trust-word").textContent();
      await page.route(`**${STATUS_PAGE}`, (route) => route.abort());
      await page.clock.runFor(6_000);
      await expect(page.locator("#connection")).toHaveText(/^No answer, asking again/);
      await expect(bitcoin.locator(".badge")).toHaveText("fresh");
      await page.clock.runFor(180_000);
      await expect(page.locator("#connection")).toHaveText(/^Offline since/);
      await expect(bitcoin.locator(".badge")).toHaveText("last known");
      await expect(bitcoin).toHaveAttribute("data-freshness", "stale");
      await expect(bitcoin.getByRole("cell").nth(2)).toHaveText(/^[3-9]\smin$/);
      await expect(page.locator("#trust-word")).toHaveText("These are the last known numbers");
      await expect(page.locator('[data-source="coingecko"] .badge')).toHaveText("was ok");
      await page.unroute(`**${STATUS_PAGE}`);
      await passing(page, 10_000, page.locator("#connection")).toMatch(/^Live/);
      await expect(bitcoin.locator(".badge")).not.toHaveText("last known");
      await expect(page.locator("#trust-word")).toHaveText(trusted ?? "");
    });
  });

  test("what is folded away of a source unfolds, and stays so while the page renews itself", async ({ page, troubled }) => {
    await page.clock.install();
    await page.goto(troubled + STATUS_PAGE);
    const source = page.locator('[data-source="coingecko"]');
    await expect(page.locator("#sources details[open]")).toHaveCount(0);
    await expect(source.locator("dl")).toBeHidden();
    await source.locator("summary").press("Enter");
    await expect(source.locator("dl")).toContainText("Last success");
    const quiet = source.locator("summary .faint");
    const before = await quiet.textContent();
    await passing(page, 5_000, quiet).not.toBe(before);
    await expect(source.locator("dl")).toBeVisible();
    await expect(source.locator("summary")).toBeFocused();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [320, 1440]) {
      test(`it has no fault and fits at ${width} px in ${colorScheme}`, async ({ page }) => {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        // Other colours are there with the frame after the next.
        await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        const overhang = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return scrollWidth - clientWidth;
        });
        expect(overhang).toBe(0);
      });
    }
  }

  test("on a narrow screen it is still a table for those who listen", async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 800 });
    const cac = page.getByRole("table", { name: "Watched prices" }).getByRole("row", { name: /CAC 40/ });
    await expect(cac.getByRole("rowheader")).toHaveText(/CAC 40/);
    await expect(cac.getByRole("cell")).toHaveCount(5);
  });
});
