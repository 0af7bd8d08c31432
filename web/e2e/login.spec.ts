import { AxeBuilder } from "@axe-core/playwright";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, leave, LOCKED, newKey, overhang, serving, test } from "./service";

/** Lets a service with a key run while `use` does. */
async function locked(use: (service: string, key: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "marketpulse-keys-"));
  const file = join(folder, "keys.json");
  try {
    const key = await newKey(file, "reader");
    const settings = { APP_ENV: "development", MARKETPULSE_KEYS: file };
    await serving(["serve", "--demo"], settings, (service) => use(service, key));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.keyboard.press("Enter");
}

test.describe("where a key is wanted", () => {
  test.use({ expected: LOCKED });

  test("a reader signs in once, goes where they wanted to, and signs out", async ({ page }) => {
    await locked(async (service, key) => {
      await page.goto(`${service}/marketpulse/dashboard?symbols=CAC40`);
      await expect(page.locator("h1")).toHaveText("Sign in");
      await expect(page.getByLabel("Key", { exact: true })).toBeFocused();
      await signIn(page, "mp_nothing");
      await expect(page.getByRole("alert")).toContainText(/this key is not known here/i);
      await signIn(page, key);
      await expect(page).toHaveURL(`${service}/marketpulse/dashboard?symbols=CAC40`);
      await expect(page.locator("#connection")).toHaveText("Live");
      expect(await page.evaluate(() => document.cookie)).not.toContain("marketpulse_key");
      await page.getByRole("button", { name: "Sign out" }).click();
      await expect(page.locator("h1")).toHaveText("Sign in");
      await page.goto(`${service}/marketpulse/status`);
      await expect(page.locator("h1")).toHaveText("Sign in");
      await leave(page);
    });
  });

  for (const width of [320, 768, 1440]) {
    test(`the page fits a screen ${width} px wide and can be used by all`, async ({ page }) => {
      await page.setViewportSize({ width, height: 800 });
      await locked(async (service) => {
        await page.goto(`${service}/marketpulse/login`);
        expect(await overhang(page)).toBe(0);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        await leave(page);
      });
    });
  }
});
