// Keys that do something on a page. Those of one character can be turned off,
// because they get in the way of people who dictate or whose hands tremble.

const SETTING = "marketpulse.keys";

/** The parts of a keyboard event that matter here. */
export type Press = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "defaultPrevented"
>;

/** Whether a key was pressed alone: not with a modifier, nor as part of a composed character. */
export function isSingle(press: Press): boolean {
  const modified = press.ctrlKey || press.metaKey || press.altKey;
  return !modified && !press.isComposing && !press.defaultPrevented;
}

/** Whether an element takes what is typed as its text. */
export function takesText(element: Pick<HTMLElement, "tagName" | "isContentEditable"> | null): boolean {
  if (!element) return false;
  return element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);
}

/**
 * Binds keys to actions, for while nobody types and no dialog is open.
 *
 * Each key must be listed in the page's help, the block `keys` of its template.
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

/** Whether keys of one character are on. */
export function areOn(): boolean {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    // Where nothing can be stored, they are on.
    return true;
  }
}

/** Turns them on or off, for this browser. */
export function turn(on: boolean): void {
  try {
    if (on) localStorage.removeItem(SETTING);
    else localStorage.setItem(SETTING, "off");
  } catch {
    // Where nothing can be stored, the choice holds until the page is left.
  }
}
