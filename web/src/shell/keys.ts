// Keys that do something on a page. Those of one character can be turned off,
// because they get in the way of people who dictate or whose hands tremble.

const SETTING = "marketpulse.keys";

/** What of a key's event matters here. */
export type Press = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "defaultPrevented"
>;

/** Whether a press means a key by itself and not text, nor something of the browser's. */
export function isSingle(press: Press): boolean {
  const modified = press.ctrlKey || press.metaKey || press.altKey;
  return !modified && !press.isComposing && !press.defaultPrevented;
}

/** Whether what is typed goes into this element. */
export function takesText(element: Pick<HTMLElement, "tagName" | "isContentEditable"> | null): boolean {
  if (!element) return false;
  return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
}

/**
 * Has keys do something while nobody types and no dialog is open.
 *
 * Each is named in the page's help: the block `keys` of its template.
 */
export function onKeys(actions: Record<string, () => void>): void {
  document.addEventListener("keydown", (event) => {
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (!action || !isSingle(event) || !areOn()) return;
    if (takesText(document.activeElement as HTMLElement | null)) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    action();
  });
}

/** Whether keys of one character do something. */
export function areOn(): boolean {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    // A browser that stores nothing has stored no choice against it.
    return true;
  }
}

/** Turns them on or off, for this browser. */
export function turn(on: boolean): void {
  try {
    if (on) localStorage.removeItem(SETTING);
    else localStorage.setItem(SETTING, "off");
  } catch {
    // Nothing can be stored: the choice holds until the page is left.
  }
}
