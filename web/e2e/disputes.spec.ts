import { expect, leave, test, withUpstream } from "./service";

const DISPUTES = "/marketpulse/disputes";
const MINUTES = { timeout: 180_000 };

test("where nothing is disputed it says so, and leads on", async ({ page }) => {
  await page.goto("/marketpulse/status");
  await page.getByRole("main").getByRole("link", { name: "disputes" }).click();
  await expect(page).toHaveURL(new RegExp(`${DISPUTES}$`));
  await expect(page.locator("#verdict")).toHaveText("Nothing is disputed.");
  await expect(page.locator("#open")).toBeHidden();
  await expect(page.locator("#ended")).toBeHidden();
});

test("a disputed price is listed with who said what, and how it ended", async ({ page }) => {
  test.setTimeout(600_000);
  let price = 68_000.12;
  const answer: Parameters<typeof withUpstream>[0] = (request, response) => {
    if (!request.url?.startsWith("/api/v3")) return response.writeHead(429, { "retry-after": "1800" }).end();
    const bitcoin = { eur: price, eur_24h_change: 1.5, last_updated_at: Math.floor(Date.now() / 1000) };
    return response.setHeader("content-type", "application/json").end(JSON.stringify({ bitcoin }));
  };
  const settings = { MARKETPULSE_REFRESH_EVERY: "10s", MARKETPULSE_WATCHLIST: "BTC/EUR" };
  await withUpstream(
    answer,
    async (service) => {
      const shown = async () => (await fetch(`${service}/marketpulse/v1/value/BTC_EUR`)).text();
      await expect.poll(shown, MINUTES).toBe(String(price));
      price = 6_800_012;
      await page.goto(service + DISPUTES);
      const open = page.locator("#open tbody tr");
      await expect(open).toHaveCount(1, MINUTES);
      await expect(page.locator("#verdict")).toHaveText("1 dispute is open.");
      await expect(open).toContainText(/coingecko said 6,800,012.00 EUR.*before, coingecko said 68,000.12 EUR/);
      price = 68_000.5;
      const ended = page.locator("#ended tbody tr");
      await expect(ended).toHaveCount(1, MINUTES);
      await expect(page.locator("#verdict")).toHaveText("Nothing is disputed.");
      await expect(ended).toContainText("what spoke against it");
      await expect(open).toBeHidden();
      await expect(ended.getByRole("link")).toHaveAttribute("href", /history\/view\?symbol=BTC/);
      await leave(page);
    },
    settings,
  );
});
