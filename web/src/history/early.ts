// Asks for what the first chart needs before anything else is done: the page's
// script imports this module first.

import type { BarsResponse } from "../api";
import { ask } from "./data";

/** The chart library is most of the page's bytes. */
export const library = () => import("./plot");

const address = document.querySelector<HTMLElement>("figure[data-bars]")?.dataset["bars"];
let first = address ? ask<BarsResponse>(address) : undefined;
// Its failure is handled by whoever awaits it; until then it is no unhandled rejection.
first?.catch(() => {});
if (address) void library();

/** The answer of an address: the one that was asked for early, if it has not been used, or a new one. */
export function bars(of: string): Promise<BarsResponse> {
  const early = of === address ? first : undefined;
  first = undefined;
  return early ?? ask<BarsResponse>(of);
}
