/** Questions to the user: when they are on the screen, and whose the keys are. */
import { expect, it } from "vitest";
import type { Prompt, Question } from "../../src/session/prompt.js";
import { ESCAPE, memorySession, TERMINAL } from "./memory-session.js";

const QUESTION: Question = { label: ": ", history: "none" };

/** A session whose questions are answered by Enter, on a screen that takes `room` bytes for now. */
function asking(room = Number.POSITIVE_INFINITY) {
  const steps: string[] = [];
  const prompt: Prompt = (_, onDone) => {
    let text = "";
    steps.push("open");
    return {
      key(key) {
        text += `${Buffer.from(key)}`;
        if (text.endsWith("\r")) onDone(text.slice(0, -1));
      },
      close: () => void steps.push("closed"),
    };
  };
  const one = memorySession({ terminal: TERMINAL, outputIsTerminal: true, prompt });
  let left = room;
  one.output.take = (offered) => {
    const taken = Math.min(offered, left);
    left -= taken;
    return taken;
  };
  return {
    ...one,
    steps,
    ask: () => one.session.ask(QUESTION),
    /** The screen takes all. */
    flow() {
      left = Number.POSITIVE_INFINITY;
      one.output.ready();
    },
  };
}

it("a question is shown behind what a slow screen had yet to show, and has the keys from the start", async () => {
  const { session, steps, ask, type, hear, output, flow } = asking(3);
  session.ways.toScreen.show(Buffer.from("0123456789"));
  const answer = ask();
  session.ways.toScreen.show(Buffer.from("later"));
  type("yes\rls");
  expect(steps).toEqual([]);
  flow();
  expect(steps).toEqual(["open", "closed"]);
  expect(await answer).toBe("yes");
  expect(hear()).toBe("ls");
  output.ready();
  expect(`${output.taken}`).toBe("0123456789later");
});

it("a question does not wait for more than the line that has begun", async () => {
  const { session, steps, ask, type, output, flow } = asking(3);
  session.ways.toScreen.show(Buffer.from("0123456789\r\nnext\r\n"));
  const answer = ask();
  flow();
  expect(steps).toEqual(["open"]);
  expect(`${output.taken}`).toBe("0123456789\r\n");
  type("yes\r");
  expect(await answer).toBe("yes");
  output.ready();
  expect(`${output.taken}`).toBe("0123456789\r\nnext\r\n");
});

it("a question that is not on the screen yet is given up by the escape key", async () => {
  const { session, steps, ask, type, hear, flow } = asking(3);
  session.ways.toScreen.show(Buffer.from("0123456789"));
  const answer = ask();
  type(`half${ESCAPE}${ESCAPE}x`);
  expect(await answer).toBeUndefined();
  flow();
  expect(steps).toEqual([]);
  expect(hear()).toBe(`${ESCAPE}x`);
});

it("a question is at once on a screen that shows all", async () => {
  const { steps, ask, type } = asking();
  const answer = ask();
  expect(steps).toEqual(["open"]);
  type("yes\r");
  expect(await answer).toBe("yes");
});
