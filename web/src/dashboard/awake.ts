/** Keeps the screen on while a wall is shown. */
export async function keepAwake(): Promise<void> {
  if (document.hidden || !document.body.matches("[data-wall]")) return;
  // Where the browser refuses, the screen goes dark as it is set to.
  await navigator.wakeLock?.request("screen").catch(() => {});
}
