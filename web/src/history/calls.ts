// The calls of the data API whose answers are drawn, ready to paste elsewhere.

/** A way to use the call, and what to paste there. */
export interface Call {
  name: string;
  text: string;
}

/** The full addresses of what is drawn. */
export interface Addresses {
  json: string;
  csv: string;
  /** What is compared; `undefined` where nothing is. */
  aligned: string | undefined;
}

/** The rows that fit into what a cell's function takes in. */
const SHEET_ROWS = "200";

/** Addresses in each form they are pasted. */
export function callsOf({ json, csv, aligned }: Addresses): Call[] {
  const cell = `${csv}&fields=date,open,high,low,close,volume&order=desc&limit=${SHEET_ROWS}`;
  const beside = aligned ? [{ name: "Compared, address", text: aligned }] : [];
  return [
    { name: "Address", text: json },
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

/** Copies a text. Returns whether it could. */
type Copy = (text: string) => Promise<boolean>;

/** Lists calls, each with a button that copies it. */
export function showCalls(list: HTMLElement, calls: Call[], copy: Copy): void {
  const shown = JSON.stringify(calls);
  if (list.dataset["shown"] === shown) return;
  list.dataset["shown"] = shown;
  list.replaceChildren(...calls.map((call) => item(call, copy)));
}

function item({ name, text }: Call, copy: Copy): HTMLElement {
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

function part(name: string, kind: string, text: string): HTMLElement {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.textContent = text;
  return element;
}
