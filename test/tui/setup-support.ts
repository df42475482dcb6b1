/** A session for the form whose driver takes what it knows, and the form on a screen. */
import { onTestFinished } from "vitest";
import { setupOptions } from "../../src/cli/setup-options.js";
import { RobinError } from "../../src/errors.js";
import type { ActualSettings } from "../../src/port/port.js";
import type { Form } from "../../src/tui/setup/form.js";
import { openSetup, type SetupEnd, type SetupOptions } from "../../src/tui/setup/open-setup.js";
import { sessionForm } from "../../src/tui/setup/session-form.js";
import type { Looks, Size } from "../../src/tui/surface.js";
import { TestFace, TestScreen } from "./menu-support.js";

/** It takes 9600 in place of any speed above 115200, and keeps all options that are said. */
export function driverFace(): TestFace {
  const face = new TestFace();
  face.onChange = (text) => {
    const [, name = "", value = ""] = /^([a-z0-9-]+)[= ]?(.*)$/.exec(text) ?? [];
    if (name === "imap" && value === "foo") {
      throw new RobinError("usage", 'option --imap: "foo" is not a map rule (did you mean lfcrlf?)');
    }
    if (name === "echo") face.set({ echo: value === "on" });
    else if (name === "dtr") face.set({ lines: { ...face.now.lines!, dtr: value === "on" } });
    else if (name === "hwflow" || name === "swflow" || name === "noflow") {
      const flow = { hwflow: "hardware", swflow: "software", noflow: "none" } as const;
      face.setActual({ flow: flow[name] });
    } else if (name === "parity") face.setActual({ parity: value as ActualSettings["parity"] });
    else if (name === "bps") {
      const asked = Number(value);
      const took = asked > 115200 ? 9600 : asked;
      face.set({ asked: { ...face.now.asked, bps: asked } });
      face.setActual({ bps: took });
      return took === asked ? [] : [{ setting: "speed", asked: value, took: `${took}` }];
    }
    face.set({ options: new Map(face.now.options).set(name, value === "off" ? false : value) });
    return [];
  };
  return face;
}

export function openForm(
  options: Partial<SetupOptions> & { size?: Size; looks?: Looks; face?: TestFace; form?: Form } = {},
) {
  const { size, looks, face = driverFace(), form = sessionForm(face, setupOptions()), ...rest } = options;
  const screen = new TestScreen(size, looks);
  const ends: SetupEnd[] = [];
  const setup = openSetup(screen, {
    form,
    title: "set up /dev/ttyUSB0",
    onClose: (end) => ends.push(end),
    ...rest,
  });
  onTestFinished(() => setup.close());
  const type = (text: string) => setup.push(Buffer.from(text));
  /** Goes to a field by its name. */
  const choose = (name: string) => {
    const at = form.options.findIndex((option) => option.name === name);
    type(`\x1b[H${"\x1b[B".repeat(at)}`);
  };
  return { screen, face, form, setup, ends, type, choose };
}
