// What the first chart waits for is asked for before anything else is done. This
// is the first module that the page's script imports.

import type { BarsResponse } from "../api";
import { ask } from "./data";

/** The chart library is most of the page's bytes. */
export const library = () => import("./plot");

const address = document.querySelector<HTMLElement>("figure[data-bars]")?.dataset["bars"];
let first = address ? ask<BarsResponse>(address) : undefined;
// Its failure is handled by whoever awaits it; until then it is no unhandled rejection.
first?.catch(() => {});
if (address) void library();

/** The answer at an address: the one that is on its way already, once, or another. */
export function bars(of: string): Promise<BarsResponse> {
  const early = of === address ? first : undefined;
  first = undefined;
  return early ?? ask<BarsResponse>(of);
}
