// The colours that the reader has chosen. They stand in a cookie, so that the
// service paints the page in them; crates/server/src/pages/theme.rs reads it.

const COOKIE = "marketpulse.theme";
const YEAR_S = 31_536_000;
/** Sent to the window when the colours have changed by the reader's choice. */
export const THEMED = "marketpulse:themed";

/** Takes up the switch in the page's foot. */
export function themeSwitch(): void {
  const choice = document.querySelector<HTMLSelectElement>("#theme");
  choice?.addEventListener("change", () => choose(choice.value));
}

function choose(theme: string): void {
  const life = theme ? YEAR_S : 0;
  document.cookie = `${COOKIE}=${theme}; path=/; max-age=${life}; samesite=lax`;
  if (theme) document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
  window.dispatchEvent(new Event(THEMED));
}
