// Tables for people: each figure beside what we promised.

/**
 * @typedef {{ what: string, value: string, budget?: string, isMet?: boolean }} Row
 */

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 ? middle : middle - 1] ?? NaN, sorted[middle] ?? NaN];
  return (low + high) / 2;
}

/** @param {number} bytes */
export function kilobytes(bytes) {
  return `${(bytes / 1_000).toFixed(1)} KB`;
}

/** @param {number} ms */
export function milliseconds(ms) {
  return Number.isNaN(ms) ? "never" : `${Math.round(ms)} ms`;
}

/** @param {string} title @param {Row[]} rows */
export function table(title, rows) {
  const lines = rows.map(({ what, value, budget, isMet }) => {
    const judged = isMet === undefined ? "" : isMet ? "met" : "**missed**";
    return `| ${what} | ${value} | ${budget ?? ""} | ${judged} |`;
  });
  return [`## ${title}`, "", "| measured | value | budget | |", "| --- | ---: | ---: | --- |", ...lines, ""].join("\n");
}
