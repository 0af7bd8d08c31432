// What indicators add to each bar, a column for each of their figures.

import { type Besides, figureAt } from "./besides";
import type { Bar } from "./data";
import type { Extra } from "./table";
import { indicatorName } from "./words";

/** The columns of indicators; of several of one, each says which it is. */
export function extrasOf(besides: Pick<Besides, "indicators" | "columns" | "rows">): Extra[] {
  return besides.indicators.flatMap(({ name, columns }) =>
    columns.map((column) => {
      const which = /_([a-z]+)$/.exec(column)?.[1];
      const title = [indicatorName(name), columns.length > 1 ? which : ""].filter(Boolean).join(" ");
      return { title, at: (bar: Bar) => figureAt(besides, column, bar) };
    }),
  );
}
