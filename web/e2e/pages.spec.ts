import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { colours, DRAWN, expect, moved, overhang, passing, shifting, STATUS, test } from "./service";

const PAGES = {
  home: "/marketpulse",
  dashboard: "/marketpulse/dashboard",
  history: "/marketpulse/history/view?symbol=CAC40&period=1mo",
  status: "/marketpulse/status",
  disputes: "/marketpulse/disputes",
  "history of nonsense": "/marketpulse/history/view?symbol=NO%20SUCH&period=1mo",
  "no such page": "/marketpulse/nowhere",
};

const MISSING = ["history of nonsense", "no such page"];

for (const [name, address] of Object.entries(PAGES)) {
  test.describe(name, () => {
    test.use({ expected: MISSING.includes(name) ? STATUS : null });

    for (const colorScheme of ["light", "dark"] as const) {
      test(`has no accessibility fault in ${colorScheme}`, async ({ page }) => {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.goto(address);
        await expect(page.locator("h1")).toHaveCount(1);
        await openDetails(page);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      });
    }

    for (const width of [320, 768, 1440, 2560]) {
      test(`fits a screen ${width} px wide`, async ({ page }) => {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(address);
        await openDetails(page);
        expect(await overhang(page)).toBe(0);
      });
    }

    test("begins with a link past the navigation", async ({ page }) => {
      await page.goto(address);
      await page.keyboard.press("Tab");
      const skip = page.getByRole("link", { name: "Skip to content" });
      await expect(skip).toBeFocused();
      await expect(skip).toBeInViewport();
      await page.keyboard.press("Enter");
      await expect(page.locator("main")).toBeFocused();
    });
  });
}

async function openDetails(page: Page): Promise<void> {
  for (const details of await page.locator("details").all()) {
    await details.evaluate((node) => node.setAttribute("open", ""));
  }
}

test("the root leads home, and home leads to pages and to JSON", async ({ page, request }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/marketpulse$/);
  for (const name of ["/marketpulse/latest", "/marketpulse/history?symbol=CAC40&period=1mo", "/marketpulse/v1/sources", "/marketpulse/config"]) {
    const link = page.getByRole("link", { name, exact: true });
    const answer = await request.get((await link.getAttribute("href")) ?? "");
    expect(answer.headers()["content-type"]).toContain("application/json");
    expect(answer.ok()).toBe(true);
  }
  await page.getByRole("main").getByRole("link", { name: "Dashboard", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Dashboard");
  await page.getByRole("navigation").getByRole("link", { name: "History" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("History");
  await page.getByRole("navigation").getByRole("link", { name: "Status" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Status");
});

test("home states the watched prices", async ({ page }) => {
  await page.goto("/marketpulse");
  await expect(page.getByText("3 instruments watched: 3 simulated.")).toBeVisible();
  await expect(page.locator(".prices li")).toHaveCount(3);
});

test("simulated prices are announced on every page that shows some", async ({ page }) => {
  for (const name of ["home", "dashboard", "history", "status"] as const) {
    await page.goto(PAGES[name]);
    await expect(page.getByText("They are made up by the built-in simulator and are not market data.")).toBeVisible();
  }
});

test.describe("a page that is not there", () => {
  test.use({ expected: STATUS });

  test("says so and leads on", async ({ page }) => {
    const answer = await page.goto(PAGES["no such page"]);
    expect(answer?.status()).toBe(404);
    await page.getByRole("main").getByRole("link", { name: "dashboard" }).click();
    await expect(page).toHaveURL(/dashboard$/);
  });
});

test("home's examples name this service, ready to paste", async ({ page, baseURL, request }) => {
  await page.goto("/marketpulse");
  const examples = page.locator(".ways code");
  await expect(examples).toHaveCount(3);
  for (const example of await examples.allTextContents()) {
    const address = /https?:[^'"]+/.exec(example)?.[0] ?? "";
    expect(address.startsWith(`${baseURL}/`)).toBe(true);
    expect((await request.get(address)).ok()).toBe(true);
  }
});

test("pages that renew themselves do not ask again for what has only just come", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => request.resourceType() === "fetch" && asked.push(request.url()));
  for (const name of ["home", "status", "disputes"] as const) {
    await page.goto(PAGES[name], { waitUntil: "networkidle" });
    await expect(page.locator("#connection")).toHaveText(/^Live, answered at [\d:]+$/);
  }
  expect(asked).toEqual([]);
});

test.describe("a reader in Paris", () => {
  test.use({ locale: "fr-FR", timezoneId: "Europe/Paris" });

  test("reads figures of home as they are written there, also once it has renewed itself", async ({ page }) => {
    await page.clock.install();
    await page.goto("/marketpulse");
    const cac = page.locator(".prices li", { hasText: "CAC 40" });
    await expect(cac.locator(".amount")).toHaveText(/^\d\u202f\d{3},\d\d EUR$/);
    await expect(cac.locator(".move")).toHaveText(/[+−]?\d+,\d\d \([+−]?\d+,\d\d\u00a0%\)$/);
    const bitcoin = page.locator(".prices li", { hasText: "Bitcoin" }).locator(".amount");
    const before = await bitcoin.textContent();
    await passing(page, 15_000, bitcoin).not.toBe(before);
    await expect(bitcoin).toHaveText(/^[\d\u202f]+,\d\d EUR$/);
  });
});

test("nothing on home moves while it loads and renews itself", async ({ page }) => {
  const shifts = await shifting(page);
  for (const [width, height] of [[320, 700], [1440, 900]] as const) {
    await page.setViewportSize({ width, height });
    await page.goto("/marketpulse");
    await expect(page.locator("#connection")).toHaveText(/^Live/);
    expect(await shifts()).toEqual([]);
  }
});

test("home renews itself", async ({ page }) => {
  await page.clock.install();
  await page.goto("/marketpulse");
  await expect(page.locator("#connection")).toHaveText(/^Live, answered at /);
  const price = page.locator(".prices li", { hasText: "Bitcoin" }).locator(".amount");
  const before = await price.textContent();
  await passing(page, 15_000, price).not.toBe(before);
});

/** What a page and all it asks for weigh as they are sent, by address. */
async function weigh(page: Page, address: string, isWhole: () => Promise<void>): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  page.on("requestfinished", async (request) => {
    sizes.set(request.url(), (await request.sizes()).responseBodySize);
  });
  await page.goto(address);
  await isWhole();
  return sizes;
}

const sum = (sizes: Iterable<number>) => [...sizes].reduce((all, size) => all + size, 0);

/** In bytes. */
const BUDGETS = { home: 15_000, status: 15_000 };

for (const [name, budget] of Object.entries(BUDGETS)) {
  test(`${name} weighs little with all that it asks for`, async ({ page }) => {
    const sizes = await weigh(page, PAGES[name as keyof typeof BUDGETS], () => page.waitForLoadState("networkidle"));
    expect(sum(sizes.values())).toBeLessThan(budget);
  });
}

for (const name of ["home", "status"] as const) {
  test(`nothing jumps on ${name}`, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 1400 });
    const shifts = await shifting(page);
    await page.goto(PAGES[name], { waitUntil: "networkidle" });
    expect(moved(await shifts())).toBeLessThan(0.005);
  });
}

test("a page with its scripts, styles and chart weighs little", async ({ page }) => {
  const chart = page.locator("[data-chart-place]");
  const isDrawn = () => expect.poll(() => colours(chart)).toBeGreaterThan(DRAWN);
  const sizes = await weigh(page, PAGES.dashboard, isDrawn);
  expect(sum(sizes.values())).toBeLessThan(120_000);
  // The chart library is by far the largest; the rest is what everybody waits for.
  expect(sum(sizes.values()) - Math.max(...sizes.values())).toBeLessThan(30_000);
});
