/**
 * The views, loaded when one is shown: a session that shows none has nothing of them in memory.
 */

export type Tui = typeof import("../tui/entry.js");

export async function loadTui(): Promise<Tui> {
  const tui = await import("../tui/entry.js");
  await tui.ready;
  return tui;
}
