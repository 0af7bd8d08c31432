// What is written for the reader is written for one reader on every machine.
Object.defineProperty(globalThis, "navigator", {
  value: { language: "en-US", onLine: true },
  configurable: true,
  writable: true,
});
