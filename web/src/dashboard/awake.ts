/** A screen that is looked at from afar is not to go dark. */
export async function keepAwake(): Promise<void> {
  if (document.hidden || !document.body.matches("[data-wall]")) return;
  // Where the browser does not let it, the screen goes dark as it is set to.
  await navigator.wakeLock?.request("screen").catch(() => {});
}
