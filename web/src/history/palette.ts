// The page's own colours for what is drawn on a canvas.

export interface Palette {
  surface: string;
  muted: string;
  faint: string;
  line: string;
  tag: string;
  up: string;
  down: string;
  upVeil: string;
  downVeil: string;
  accentVeil: string;
  accentClear: string;
  /** Of the prices first, then of what is drawn with them. */
  series: string[];
  fontFamily: string;
}

/** How many colours there are for lines. */
export const SERIES = 8;

/** As the style sheet has them for the reader's theme. */
export function palette(): Palette {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  return {
    surface: colour("surface"),
    muted: colour("muted"),
    faint: colour("line-faint"),
    line: colour("line"),
    tag: colour("tag"),
    up: colour("up"),
    down: colour("down"),
    upVeil: colour("up-veil"),
    downVeil: colour("down-veil"),
    accentVeil: colour("accent-veil"),
    accentClear: colour("accent-clear"),
    series: Array.from({ length: SERIES }, (_, i) => colour(`series-${i}`)),
    fontFamily: getComputedStyle(document.body).fontFamily,
  };
}
