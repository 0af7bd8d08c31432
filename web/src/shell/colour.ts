// Colours of the style sheet, for what is drawn on a canvas.

/** The colour of a variable, by its name without dashes: it holds one for each theme, an element has one of them. */
export function colour(variable: string): string {
  // Each has an element of its own. One that changes its colour may have the one before for a moment.
  const swatch = document.body.appendChild(document.createElement("i"));
  swatch.style.color = `var(--${variable})`;
  const { color } = getComputedStyle(swatch);
  swatch.remove();
  return color;
}
