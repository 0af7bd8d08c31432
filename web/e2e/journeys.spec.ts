// Each page gone through as people do: by a mouse that presses texts and the room around them, and by fingers.
// Nothing here sets a box or follows a label by itself.

import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./service";

const SIZES = [
  { width: 320, height: 640, touch: true },
  { width: 390, height: 844, touch: true },
  { width: 768, height: 1024, touch: true },
  { width: 1280, height: 720, touch: false },
  { width: 1440, height: 900, touch: false },
  { width: 2560, height: 1440, touch: false },
];
/** Where in a control it is pressed: at its first letters, in its middle, near its ends. */
const SPOTS = [0.5, 0.1, 0.9];

/** A person's pointer: a mouse or a finger. */
type Press = (target: Locator, spot?: number) => Promise<void>;

function pointer(page: Page, touch: boolean): Press {
  return async (target, spot = 0.5) => {
    await target.scrollIntoViewIfNeeded();
    // Twice the same: what moves away under a finger is a fault of its own, which other tests look for.
    const place = async () => (await target.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await expect.poll(async () => JSON.stringify(await place()) === JSON.stringify(await place())).toBe(true);
    const { x, y, width, height } = await place();
    expect(width * height, `${target.toString()} has no size`).toBeGreaterThan(0);
    const [atX, atY] = [x + width * spot, y + height / 2];
    if (touch) return page.touchscreen.tap(atX, atY);
    await page.mouse.move(atX, atY);
    await page.mouse.down();
    await page.mouse.up();
  };
}

for (const { width, height, touch } of SIZES) {
  test.describe(`${touch ? "by touch" : "by mouse"} at ${width} × ${height}`, () => {
    test.use({ viewport: { width, height }, hasTouch: touch, isMobile: touch });

    test("home leads to the dashboard, the latest data and the history", async ({ page }) => {
      const press = pointer(page, touch);
      for (const [name, address] of [["Dashboard", /dashboard$/], ["Latest data", /latest$/], ["History", /history\/view$/]] as const) {
        await page.goto("/marketpulse");
        await press(page.locator(".hero").getByRole("link", { name }), 0.1);
        await expect(page).toHaveURL(address);
      }
      await page.goto("/marketpulse");
      await press(page.locator(".doors span").first());
      await expect(page).toHaveURL(/dashboard$/);
    });

    test("indicators are chosen by their names and by the room beside them, and the list stays open", async ({ page }) => {
      const press = pointer(page, touch);
      await page.goto("/marketpulse/history/view?symbol=AAPL&period=6mo");
      await expect(page.locator("figure[data-bars]")).toHaveAttribute("data-drawn", /\d/);
      const sheet = page.locator("#indicators .sheet");
      await press(page.locator("#indicators summary"), 0.2);
      await expect(sheet).toBeVisible();
      const lines = sheet.locator("label.check");
      const chosen = ["sma:20", "sma:50", "sma:200"];
      for (const [n, name] of chosen.entries()) {
        await press(lines.nth(n), SPOTS[n]);
        await expect(page).toHaveURL(new RegExp(`ind=.*${name}`));
        await expect(sheet).toBeVisible();
      }
      await expect(page.locator("[data-keyed] li")).toHaveCount(3);
      // What is no control closes nothing either.
      await press(sheet.locator("label[for=indicator-name]"), 0.9);
      await expect(sheet).toBeVisible();
      await press(lines.nth(1), 0.3);
      await expect(page.locator("[data-keyed] li")).toHaveCount(2);
      await press(page.locator("#result h2").first());
      await expect(sheet).toBeHidden();
    });

    test("others are compared by pressing what was found", async ({ page }) => {
      const press = pointer(page, touch);
      await page.goto("/marketpulse/history/view?symbol=AAPL&period=3mo");
      await expect(page.locator("figure[data-bars]")).toHaveAttribute("data-drawn", /\d/);
      await press(page.locator("#comparing summary"), 0.8);
      await press(page.locator("#add"));
      await page.keyboard.type("cac");
      const hit = page.getByRole("option", { name: /CAC 40/ });
      await press(hit.locator("span").first());
      await expect(page).toHaveURL(/compare=CAC40/);
      await expect(page.locator("#comparing .sheet")).toBeVisible();
      // A phone keeps the field in sight for as long as it has the focus.
      await press(page.locator("#result h2").first());
      await expect(page.locator("#comparing .sheet")).toBeHidden();
      // What is compared has come, and moves nothing any more.
      await expect(page.locator("[data-keyed] li").last().locator(".value")).toHaveText(/\d/);
      await press(page.getByRole("button", { name: "Take CAC40 out" }));
      await expect(page).not.toHaveURL(/compare/);
    });

    test("periods, zoom and volume are pressed anywhere on them", async ({ page }) => {
      const press = pointer(page, touch);
      await page.goto("/marketpulse/history/view?symbol=AAPL&period=3mo");
      await expect(page.locator("figure[data-bars]")).toHaveAttribute("data-drawn", /\d/);
      for (const spot of SPOTS) {
        const period = { 0.5: "7d", 0.1: "1y", 0.9: "1d" }[spot] ?? "";
        await press(page.locator(`#periods [data-period="${period}"]`), spot);
        await expect(page).toHaveURL(new RegExp(`period=${period}`));
        await expect(page.locator(`#periods [data-period="${period}"]`)).toHaveAttribute("aria-current", "true");
        await expect(page.locator("figure[data-bars]")).toHaveAttribute("data-drawn", /\d/);
      }
      await press(page.locator("label", { has: page.locator("#volume") }), 0.9);
      await expect(page).toHaveURL(/volume=off/);
      await press(page.locator('[data-zoom="in"]'), 0.2);
      await expect(page.locator("[data-save-range]")).toBeVisible();
      await press(page.locator("#figures summary"), 0.9);
      await expect(page.locator("[data-table]")).toBeVisible();
      await press(page.locator("#call summary"), 0.7);
      await expect(page.locator("[data-calls]")).toBeVisible();
    });

    test("the dashboard's choices are pressed by their words", async ({ page }) => {
      const press = pointer(page, touch);
      await page.goto("/marketpulse/dashboard");
      await expect(page.locator("#connection")).toHaveText("Live");
      await press(page.locator("label", { has: page.locator("#group") }), 0.8);
      await expect(page).toHaveURL(/group=kind/);
      await press(page.locator("label", { has: page.locator("#density") }), 0.9);
      await expect(page).toHaveURL(/density=compact/);
      await press(page.locator('.views [data-view="table"]'), 0.1);
      await expect(page).toHaveURL(/view=table/);
      await press(page.locator("#columns summary"), 0.2);
      await press(page.locator("#columns label").last(), 0.9);
      await expect(page).toHaveURL(/columns=change,percent,range,day,state(&|$)/);
      for (const [n, left] of ["percent,range,day,state", "range,day,state", "day,state", "state"].entries()) {
        await press(page.locator("#columns label").nth(n), 0.9);
        await expect(page).toHaveURL(new RegExp(`columns=${left}(&|$)`));
      }
      // The last one stays.
      await press(page.locator("#columns label").nth(4), 0.9);
      await expect(page.locator("#columns input:checked")).toHaveCount(1);
      await expect(page.locator("#columns .sheet")).toBeVisible();
      await press(page.locator("h1"));
      await expect(page.locator("#columns .sheet")).toBeHidden();
    });

    test("a row shows its chart wherever it is pressed, a head sorts by its column", async ({ page }) => {
      const press = pointer(page, touch);
      await page.goto("/marketpulse/dashboard?view=table");
      await expect(page.locator("#connection")).toHaveText("Live");
      const row = page.locator('tr.tile[data-symbol="BTC/EUR"]');
      await press(row.locator(".figure"), 0.5);
      await expect(page).toHaveURL(/chart=BTC\/EUR/);
      const chart = page.locator("#charted");
      await expect(chart).toBeInViewport();
      await expect(chart.getByRole("heading")).toContainText("Bitcoin");
      await press(page.locator('thead [data-column="price"] a'), 0.2);
      await expect(page).toHaveURL(/sort=price/);
      await expect(page.locator("tr.tile").first()).toHaveAttribute("data-symbol", "BTC/EUR");
      await press(page.locator('thead [data-column="price"] a'), 0.8);
      await expect(page).toHaveURL(/sort=-price/);
      await expect(page.locator("tr.tile").last()).toHaveAttribute("data-symbol", "BTC/EUR");
    });

    test("a card tells its origin, is removed, and found again", async ({ page }) => {
      const press = pointer(page, touch);
      await page.goto("/marketpulse/dashboard");
      await expect(page.locator("#connection")).toHaveText("Live");
      const card = page.locator('.card[data-symbol="CAC40"]');
      await press(card.locator(".origin summary"), 0.2);
      await expect(card.locator(".origin dl")).toBeVisible();
      await press(card.locator("[data-remove]"), 0.8);
      await expect(card).toHaveCount(0);
      await press(page.locator("#add"));
      await page.keyboard.type("cac");
      await press(page.getByRole("option", { name: /CAC 40/ }), 0.9);
      await expect(card).toHaveCount(1);
    });

    test("the status page, the search and the switch of colours", async ({ page }) => {
      const press = pointer(page, touch);
      await page.goto("/marketpulse/status");
      await expect(page.locator("#connection")).toHaveText(/^Live/);
      await page.locator("#theme").selectOption("dark");
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await expect.poll(ground).toBe("rgb(13, 17, 23)");
      await page.reload();
      expect(await ground()).toBe("rgb(13, 17, 23)");
      await press(page.locator("#search-open"), 0.2);
      await expect(page.locator("#search")).toBeVisible();
      await page.keyboard.type("cac");
      await press(page.getByRole("option", { name: /CAC 40/ }), 0.9);
      await expect(page).toHaveURL(/history\/view\?symbol=CAC40/);
    });
  });
}

test("a text that is selected in the search and let go beside it closes nothing", async ({ page }) => {
  await page.goto("/marketpulse");
  await page.keyboard.press("/");
  const field = page.getByRole("combobox", { name: "Find an instrument" });
  await field.fill("something");
  const box = await field.boundingBox();
  if (!box) throw new Error("the field is not there");
  await page.mouse.move(box.x + 60, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(5, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(page.locator("#search")).toBeVisible();
  await page.mouse.click(5, 300);
  await expect(page.locator("#search")).toBeHidden();
});
