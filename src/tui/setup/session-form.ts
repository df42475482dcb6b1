/**
 * The form of a running session: each change is made at once, and read back. Knows the session's face alone.
 */
import type { Refusal } from "../../port/port.js";
import type { SessionFace, SessionSnapshot } from "../../session/session-face.js";
import { createWatch } from "../watch-face.js";
import type { Applied, Form } from "./form.js";
import { heldValue } from "./held-values.js";
import { changeText, type SetupOption } from "./option.js";

export function sessionForm(face: SessionFace, options: readonly SetupOption[]): Form {
  let snapshot: SessionSnapshot = face.snapshot();
  return {
    options,
    get isThere() {
      return snapshot.isThere;
    },
    get escapeKey() {
      return snapshot.escapeKey;
    },
    value: ({ name }) => heldValue(name, snapshot),
    async apply(option, text) {
      const applied = await change(face, option, text);
      snapshot = await face.look();
      return applied;
    },
    watch(onChange) {
      const watch = createWatch(face, (now) => {
        snapshot = now;
        onChange();
      });
      return watch.close;
    },
  };
}

async function change(face: SessionFace, option: SetupOption, text: string): Promise<Applied> {
  try {
    const { refusals } = await face.change(changeText(option, text));
    return refusals.length === 0 ? {} : { refusal: refusals.map(describeTaken).join("; ") };
  } catch (error) {
    return { error: besideField((error as Error).message) };
  }
}

/** It stands beside its field: what it is about is clear. */
export function besideField(message: string): string {
  return message.replace(/^options? (?:--)?[a-z0-9-]+(?: and --[a-z-]+)?: /, "");
}

function describeTaken({ setting, asked, took, why }: Refusal): string {
  return why === undefined ? `the driver took ${took}, not ${asked}` : `${setting} ${asked}: ${why}`;
}
