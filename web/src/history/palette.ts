// The page's own colours for what is drawn on a canvas.

import { colour } from "../shell/colour";

export interface Palette {
  surface: string;
  ink: string;
  muted: string;
  faint: string;
  line: string;
  edge: string;
  tag: string;
  up: string;
  down: string;
  upVeil: string;
  downVeil: string;
  upClear: string;
  downClear: string;
  accentVeil: string;
  accentClear: string;
  /** Of lines: the prices' own first, then those of what is drawn with them. */
  series: string[];
  fontFamily: string;
  /** Of the type on the canvas, in pixels. It grows with the root's. */
  fontSize: number;
}

/** How many colours there are for lines. */
export const SERIES = 8;
/** The style sheets' smallest type. */
const REMS = 0.75;

/** As the style sheet has them for the reader's theme. */
export function palette(): Palette {
  const styles = getComputedStyle(document.documentElement);
  return {
    surface: colour("surface"),
    ink: colour("ink"),
    muted: colour("muted"),
    faint: colour("line-faint"),
    line: colour("line"),
    edge: colour("edge"),
    tag: colour("tag"),
    up: colour("up"),
    down: colour("down"),
    upVeil: colour("up-veil"),
    downVeil: colour("down-veil"),
    upClear: thin(colour("up-veil")),
    downClear: thin(colour("down-veil")),
    accentVeil: colour("accent-veil"),
    accentClear: colour("accent-clear"),
    series: Array.from({ length: SERIES }, (_, i) => colour(`series-${i}`)),
    fontFamily: getComputedStyle(document.body).fontFamily,
    fontSize: Math.round(Number.parseFloat(styles.fontSize) * REMS),
  };
}

/** The same colour, hardly seen: where a surface of it ends. */
function thin(veil: string): string {
  return veil.replace(/[\d.]+\)$/, "0.06)");
}
