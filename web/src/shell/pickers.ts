// Lists of choices that lie over the page while they are open.

/** Has each list of the page close when its reader goes on elsewhere, or by Escape. */
export function closePickers(): void {
  for (const sheet of document.querySelectorAll<HTMLDetailsElement>("details.picker")) closing(sheet);
}

function closing(sheet: HTMLDetailsElement): void {
  const isElsewhere = (target: EventTarget | null) => target instanceof Node && !sheet.contains(target);
  document.addEventListener("pointerdown", ({ target }) => {
    if (isElsewhere(target)) sheet.open = false;
  });
  document.addEventListener("focusin", ({ target }) => {
    // A press on a text takes the focus to what the text stands in, such as the whole page's main part.
    if (isElsewhere(target) && !(target as Node).contains(sheet)) sheet.open = false;
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !sheet.open) return;
    event.preventDefault();
    sheet.open = false;
    sheet.querySelector("summary")?.focus();
  });
}
