// What every page has: navigation, search, keyboard help.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { CUT_OFF, expect, overhang, STATUS, test } from "./service";

const HOME = "/marketpulse";
const HOSTILE = '"><img src=x onerror=alert(1)>';

const PAGES: [name: string, address: string][] = [
  ["Home", HOME],
  ["Dashboard", `${HOME}/dashboard`],
  ["History", `${HOME}/history/view`],
  ["Status", `${HOME}/status`],
  ["API docs", `${HOME}/docs`],
];

function field(page: Page) {
  return page.getByRole("combobox", { name: "Find an instrument" });
}

function hits(page: Page) {
  return page.getByRole("listbox", { name: "Instruments found" }).getByRole("option");
}

/** Answers searches with instruments of these names. */
async function finding(page: Page, names: string[]): Promise<void> {
  const instruments = names.map((name, i) => ({
    symbol: `SYM${i}`,
    name,
    kind: "equity",
    exchange: null,
    currency: "EUR",
  }));
  await page.route("**/v1/search?**", (route) => route.fulfill({ json: { upstream: "ok", instruments } }));
}

test("the same ways stand on every page, the present one marked", async ({ page }) => {
  for (const [name, address] of PAGES) {
    await page.goto(address);
    const ways = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
    await expect(ways).toHaveText(PAGES.map(([name]) => name));
    await expect(page.locator("nav [aria-current=page]")).toHaveText(name);
  }
});

test("an instrument is found with the keyboard alone", async ({ page }) => {
  await page.goto(HOME);
  await page.keyboard.press("/");
  await expect(field(page)).toBeFocused();
  await expect(field(page)).toHaveValue("");
  await page.keyboard.type("e");
  await expect(hits(page).first()).toHaveAttribute("aria-selected", "true");
  const count = await hits(page).count();
  expect(count).toBeGreaterThan(1);
  await page.keyboard.press("ArrowDown");
  await expect(hits(page).nth(1)).toHaveAttribute("aria-selected", "true");
  await expect(field(page)).toHaveAttribute("aria-activedescendant", "hit-1");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(hits(page).last()).toHaveAttribute("aria-selected", "true");
  await field(page).fill("bitcoin");
  await page.keyboard.press("Enter");
  // Nobody has seen yet what it would open.
  await expect(page.locator("#search-said")).toContainText("Enter opens BTC/EUR.");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/history\/view\?symbol=BTC%2FEUR$/);
});

test("Escape leads back to where the reader was", async ({ page }) => {
  await page.goto(HOME);
  const link = page.getByRole("main").getByRole("link", { name: "Dashboard", exact: true });
  await link.focus();
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(link).toBeFocused();
});

test("a hit is opened with the mouse, and a click beside the search closes it", async ({ page }) => {
  await page.goto(HOME);
  await page.getByRole("button", { name: "Search" }).click();
  await page.mouse.click(5, 400);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Search" }).click();
  await page.keyboard.type("cac");
  await hits(page).filter({ hasText: "CAC40" }).click();
  await expect(page).toHaveURL(/symbol=CAC40$/);
});

test("a slash that is typed into a field is text", async ({ page }) => {
  await page.goto(`${HOME}/history/view`);
  const symbol = page.getByLabel("Symbol", { exact: true });
  await symbol.fill("EUR");
  await symbol.press("/");
  await expect(symbol).toHaveValue("EUR/");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("keys of one character can be turned off, and Control+K still works", async ({ page }) => {
  await page.goto(HOME);
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: /keys of one character/ }).uncheck();
  await page.reload();
  await page.keyboard.press("/");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(field(page)).toBeFocused();
});

test("help lists the keys, opened by key and by button, closed by Escape and by its button", async ({ page }) => {
  await page.goto(HOME);
  const help = page.getByRole("dialog", { name: "Keyboard" });
  await page.keyboard.press("?");
  await expect(help.getByRole("term")).toContainText(["/ or Ctrl K", "?", "Esc", "Tab"]);
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await page.getByRole("button", { name: "Keyboard help" }).click();
  await help.getByRole("button", { name: "Close the help" }).click();
  await expect(help).toBeHidden();
});

test("names from upstream are text, whatever they hold", async ({ page }) => {
  await finding(page, [HOSTILE, "A".repeat(300)]);
  await page.goto(HOME);
  await page.keyboard.press("/");
  await page.keyboard.type("x");
  await expect(hits(page).first()).toContainText(HOSTILE);
  await expect(page.locator("#search img")).toHaveCount(0);
  await page.setViewportSize({ width: 320, height: 700 });
  const list = page.locator("#search");
  expect(await list.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
});

test.describe("what is not found", () => {
  test.use({ expected: STATUS });

  test("is said, and Enter opens it as a symbol all the same", async ({ page }) => {
    await page.goto(HOME);
    await page.keyboard.press("/");
    await page.keyboard.type("no such");
    await expect(page.locator("#search-said")).toHaveText(/^Nothing found\. Enter opens “no such” as a symbol\./);
    await expect(hits(page)).toHaveCount(0);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/symbol=no\+such$/);
  });
});

test.describe("a search that is not answered", () => {
  test.use({ expected: CUT_OFF });

  test("says so", async ({ page }) => {
    await page.route("**/v1/search?**", (route) => route.abort());
    await page.goto(HOME);
    await page.keyboard.press("/");
    await page.keyboard.type("cac");
    await expect(page.locator("#search-said")).toHaveText("The search does not answer. Enter opens “cac” as a symbol.");
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [320, 1440]) {
    test(`search and help have no fault and fit at ${width} px in ${colorScheme}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 700 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await finding(page, ["A name of the usual length plc", "Another", HOSTILE]);
      await page.goto(HOME);
      await page.keyboard.press("?");
      await faultless(page);
      await page.keyboard.press("Escape");
      await page.keyboard.press("/");
      await page.keyboard.type("x");
      await expect(hits(page)).toHaveCount(3);
      await faultless(page);
    });
  }
}

async function faultless(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(await overhang(page)).toBe(0);
}

test("what can be hit is at least 24 px in both directions", async ({ page }) => {
  for (const width of [320, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    for (const [, address] of PAGES) {
      await page.goto(address);
      const small = await page
        .locator("header.top a:not(.skip), header.top button, main button, main select, main input")
        .evaluateAll((all) => {
          const seen = all.filter((it) => it.checkVisibility());
          const boxes = seen.map((it) => ({ it: it.outerHTML, box: it.getBoundingClientRect() }));
          return boxes.filter(({ box }) => box.width < 24 || box.height < 24).map(({ it }) => it);
        });
      expect(small).toEqual([]);
    }
  }
});

test("without scripts the search is a form that leads to the history view", async ({ browser, service }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: service });
  const page = await context.newPage();
  for (const width of [320, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(HOME);
    await expect(page.getByRole("button", { name: "Keyboard help" })).toBeHidden();
    await page.getByRole("textbox", { name: "Find an instrument" }).fill("BTC/EUR");
    await page.getByRole("button", { name: "Find" }).click();
    await expect(page).toHaveURL(/symbol=BTC%2FEUR$/);
    await expect(page.locator(".facts")).toContainText("EUR");
  }
  await context.close();
});

test("nothing moves for those who want it still", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(`${HOME}/dashboard`);
  const seconds = await page.evaluate(() => {
    const probe = document.createElement("p");
    probe.className = "connection";
    probe.dataset["state"] = "loading";
    document.body.append(probe);
    return parseFloat(getComputedStyle(probe, "::before").animationDuration);
  });
  expect(seconds).toBeLessThan(0.001);
});
