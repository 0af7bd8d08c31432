// The chart's own keys, while it has the focus.

/** What a key makes the chart do. */
export type Command =
  | { do: "step"; by: number }
  | { do: "end"; of: "first" | "last" }
  | { do: "pan"; part: number }
  | { do: "zoom"; factor: number }
  | { do: "all" }
  | { do: "leave" };

/** The command of a key; `undefined` where it is not one of the chart's. */
export function commandOf(
  press: Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">,
): Command | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey) return undefined;
  const by = press.shiftKey ? 10 : 1;
  switch (press.key) {
    case "ArrowLeft":
      return { do: "step", by: -by };
    case "ArrowRight":
      return { do: "step", by };
    case "Home":
      return { do: "end", of: "first" };
    case "End":
      return { do: "end", of: "last" };
    case "PageUp":
      return { do: "pan", part: -0.8 };
    case "PageDown":
      return { do: "pan", part: 0.8 };
    case "+":
    case "=":
      return { do: "zoom", factor: 0.7 };
    case "-":
    case "−":
      return { do: "zoom", factor: 1 / 0.7 };
    case "0":
      return { do: "all" };
    case "Escape":
      return { do: "leave" };
    default:
      return undefined;
  }
}

/** The place that stepping leads to among so many bars. Without a place yet it begins at the last. */
export function stepped(at: number | undefined, by: number, count: number): number {
  const from = at ?? (by < 0 ? count : count - 2);
  return Math.max(0, Math.min(count - 1, from + by));
}
