import { describe, expect, test } from "vitest";
import { type Known, wordsOf } from "./standing";

const now = new Date("2025-10-29T12:05:00Z");
const known = (change: Partial<Known>): Known => ({
  head: { source: "yahoo", freshness: "fresh", received_at: "2025-10-29T12:00:00Z" },
  failing: undefined,
  source: { state: "ok", failing_since: null },
  isUnreachable: false,
  ...change,
});

describe("what is said of prices that are shown", () => {
  test("nothing while all is as it should be", () => {
    expect(wordsOf(known({}), now)).toEqual({ badge: "fresh", state: "ok", text: "" });
  });

  test("of stale ones how old they are, and whose", () => {
    const head = { source: "yahoo", freshness: "stale", received_at: "2025-10-29T09:00:00Z" } as const;
    const { badge, text } = wordsOf(known({ head }), now);
    expect(badge).toBe("stale");
    expect(text).toBe("Not up to date: received 3\u00a0h ago from yahoo, and no source has given newer prices since.");
    const failing = { state: "failing", failing_since: "2025-10-29T12:03:00Z" } as const;
    expect(wordsOf(known({ head, source: failing }), now).text).toMatch(/from yahoo, which has not answered since .*\d\d:03:00\s\S+\.$/);
    const paused = { state: "paused", failing_since: null } as const;
    expect(wordsOf(known({ head, source: paused }), now).text).toMatch(/from yahoo, which is not asked for a while\.$/);
  });

  test("of disputed ones who says what, however new they are", () => {
    const close = { date: "2025-10-28", close: 268.81, against: "tiingo", against_close: 282.25 };
    const of = (disputed: typeof close[]) => ({ source: "yahoo", freshness: "stale", received_at: "2025-10-29T12:00:00Z", disputed }) as const;
    const said = "These prices are disputed: sources disagree on the close of 2025-10-28 (yahoo 268.81, tiingo 282.25)";
    expect(wordsOf(known({ head: of([close]) }), now)).toEqual({ badge: "stale", state: "stale", text: `${said}.` });
    expect(wordsOf(known({ head: of([close, close, close]) }), now).text).toBe(`${said}, and on 2 more.`);
  });

  test("that they could not be renewed, since when and why", () => {
    const failing = { since: new Date(2025, 9, 29, 8, 1, 2), why: "Yahoo cannot be reached." };
    const { state, text } = wordsOf(known({ failing }), now);
    expect(state).toBe("failed");
    expect(text).toBe("Not renewed since 08:01:02, asking again. Yahoo cannot be reached.");
  });

  test("that their source does not answer, though they are fresh yet", () => {
    const failing = { state: "failing", failing_since: "2025-10-29T12:03:00Z" } as const;
    expect(wordsOf(known({ source: failing }), now).text).toMatch(
      /^yahoo has not answered since .*\d\d:03:00\s\S+: these are the last prices it gave\.$/,
    );
    const paused = { state: "paused", failing_since: null } as const;
    expect(wordsOf(known({ source: paused }), now).text).toMatch(/^yahoo is not asked for a while/);
    const refused = { state: "refused", failing_since: null } as const;
    expect(wordsOf(known({ source: refused }), now).text).toMatch(/^yahoo does not take the key that is set/);
    const stale = { source: "yahoo", freshness: "stale", received_at: "2025-10-29T09:00:00Z" } as const;
    expect(wordsOf(known({ head: stale, source: refused }), now).text).toMatch(/which does not take the key that is set\.$/);
  });

  test("none is called fresh once the service is gone", () => {
    expect(wordsOf(known({ isUnreachable: true }), now)).toEqual({ badge: "last known", state: "offline", text: "" });
    const head = { source: "demo", freshness: "simulated", received_at: "2025-10-29T12:00:00Z" } as const;
    expect(wordsOf(known({ head, isUnreachable: true }), now).badge).toBe("simulated");
  });
});
