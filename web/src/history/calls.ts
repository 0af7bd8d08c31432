// The call of the data API that gave what is drawn, ready to paste elsewhere.

import { withParams } from "./data";
import { part } from "./legend";

/** A way to use the call, and what to paste there. */
export interface Call {
  name: string;
  text: string;
}

/** The rows that fit into what a cell's function takes in. */
const SHEET_ROWS = "200";

/** A whole address, service and all, in each form it is pasted. */
export function callsOf(address: string, aligned: string | undefined): Call[] {
  const csv = withParams(address, { format: "csv" });
  const cell = withParams(csv, { fields: "date,open,high,low,close,volume", order: "desc", limit: SHEET_ROWS });
  const beside = aligned ? [{ name: "Compared, address", text: aligned }] : [];
  return [
    { name: "Address", text: address },
    ...beside,
    { name: "curl", text: `curl -fsS '${csv}'` },
    {
      name: "Python",
      text: `import pandas as pd\n\nprices = pd.read_csv("${csv}", parse_dates=["date"])`,
    },
    { name: "Google Sheets", text: `=IMPORTDATA("${csv}")` },
    { name: `Excel, newest ${SHEET_ROWS}`, text: `=TEXTSPLIT(WEBSERVICE("${cell}"),",",CHAR(10))` },
  ];
}

/** Lists calls, each with a button that copies it. */
export function showCalls(list: HTMLElement, calls: Call[]): void {
  const shown = JSON.stringify(calls);
  if (list.dataset["shown"] === shown) return;
  list.dataset["shown"] = shown;
  list.replaceChildren(...calls.map(item));
}

function item({ name, text }: Call): HTMLElement {
  const row = document.createElement("div");
  const value = document.createElement("dd");
  const block = document.createElement("pre");
  block.tabIndex = 0;
  block.append(part("code", "", text));
  const button = part("button", "quiet", "Copy") as HTMLButtonElement;
  button.type = "button";
  button.ariaLabel = `Copy: ${name}`;
  button.addEventListener("click", async () => {
    button.textContent = (await copy(text)) ? "Copied" : "Select it";
    setTimeout(() => (button.textContent = "Copy"), 3_000);
  });
  value.append(block, button);
  row.append(part("dt", "", name), value);
  return row;
}

/** Copies a text, also where the page was not fetched safely and the browser's clipboard is closed. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.value = text;
  document.body.append(field);
  const focused = document.activeElement as HTMLElement | null;
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return isCopied;
}
