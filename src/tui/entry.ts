/**
 * What the command line loads of the views, when one is shown. In the build this is a bundle of its own, with Ink in it.
 */
import Yoga from "yoga-layout";

/** Settles when elements can be laid out: the bundle's stand-in for Ink's layout engine starts it in its own time. */
export const ready: Promise<unknown> =
  (Yoga as { readonly started?: Promise<unknown> }).started ?? Promise.resolve();

export { menuLines } from "./menu/lines.js";
export { openMenu } from "./menu/open-menu.js";
export { Picker } from "./picker/picker.js";
export { openPlot } from "./plot/open-plot.js";
export { repaintOf } from "./repaint.js";
export { newForm } from "./setup/new-form.js";
export { openSetup } from "./setup/open-setup.js";
export { plainSetup } from "./setup/plain-setup.js";
export { sessionForm } from "./setup/session-form.js";
export { show } from "./show.js";
export { openUi } from "./ui/open-ui.js";
