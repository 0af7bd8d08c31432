// A page is painted as far as it has come. What stands there by then stays where it is when the rest arrives.

import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, leave, painted, shifting, test } from "./service";

/** At so many places of its body each page is cut in two. */
const CUTS = 12;

const PAGES = {
  home: "/marketpulse",
  dashboard: "/marketpulse/dashboard",
  "dashboard in groups": "/marketpulse/dashboard?group=kind",
  table: "/marketpulse/dashboard?view=table",
  wall: "/marketpulse/dashboard?wall",
  "wall of many": `/marketpulse/dashboard?wall&symbols=${Array.from({ length: 20 }, (_, at) => `T${at}`).join(",")}`,
  history: "/marketpulse/history/view?symbol=CAC40&period=1mo",
  status: "/marketpulse/status",
  docs: "/marketpulse/docs",
};

interface Halves {
  /** The service, as it is except that its pages stop at the cut. */
  address: string;
  /** Cuts each page from now on at this part of its body. */
  cutAt: (part: number) => void;
  /** Lets the rest of the page arrive. */
  finish: () => void;
}

/** Stands between a browser and a service, and holds the second half of each page back. */
async function inHalves(service: string, use: (halves: Halves) => Promise<void>): Promise<void> {
  let part = 0;
  let finish = () => {};
  const pass = (asked: IncomingMessage, answer: ServerResponse) => {
    const isPage = asked.headers.accept?.startsWith("text/html");
    const headers = { ...asked.headers, "accept-encoding": "identity" };
    const onward = request(service + asked.url, { method: asked.method ?? "GET", headers }, async (given) => {
      answer.writeHead(given.statusCode ?? 502, given.headers);
      if (!isPage) return void given.pipe(answer);
      const page = Buffer.concat(await given.toArray());
      const body = page.indexOf("<body");
      const cut = body + Math.floor((page.length - body) * part);
      answer.write(page.subarray(0, cut));
      finish = () => answer.end(page.subarray(cut));
    });
    answer.on("close", () => onward.destroy());
    onward.on("error", () => answer.destroy());
    onward.end();
  };
  const server = createServer(pass).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await use({ address, cutAt: (it) => (part = it), finish: () => finish() });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

for (const [name, path] of Object.entries(PAGES)) {
  test(`nothing moves as the page arrives: ${name}`, async ({ page, service }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    const shifts = await shifting(page);
    await inHalves(service, async ({ address, cutAt, finish }) => {
      const moved: Record<string, unknown> = {};
      for (let cut = 1; cut < CUTS; cut += 1) {
        cutAt(cut / CUTS);
        await page.goto(address + path, { waitUntil: "commit" });
        await painted(page);
        finish();
        await page.waitForLoadState("load");
        const seen = await shifts();
        if (seen.length) moved[`${cut} of ${CUTS}`] = seen;
      }
      expect(moved).toEqual({});
      await leave(page);
    });
  });
}
