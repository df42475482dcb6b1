import { describe, expect, it } from "vitest";
import { setupOptions } from "../../src/cli/setup-options.js";
import { newForm } from "../../src/tui/setup/new-form.js";
import { plainSetup } from "../../src/tui/setup/plain-setup.js";
import { sessionForm } from "../../src/tui/setup/session-form.js";
import { driverFace, openForm } from "./setup-support.js";

/** Answers one question after the other, and gives up behind the last answer. */
async function talk(
  answers: readonly string[],
  { saveProfile }: { saveProfile?: (name: string) => Promise<{ path: string }> } = {},
) {
  const face = driverFace();
  const said: string[] = [];
  const left = [...answers];
  await plainSetup({
    ask: async (label) => {
      said.push(label);
      return left.shift();
    },
    say: (text) => said.push(text),
    form: sessionForm(face, setupOptions()),
    saveProfile,
  });
  return { face, said, behind: said.slice(said.findIndex((line) => line.startsWith("setup: ")) + 1) };
}

describe("the setup in questions", () => {
  it("lists what holds once, with a number for each option", async () => {
    const { said } = await talk(["", "never asked"]);
    expect(said[0]).toMatch(/^setup\nLine\n {2}1 {2}bps: 115200\n/);
    expect(said).toHaveLength(2);
    expect(said.at(-1)).toBe("setup: ");
  });

  it("changes an option by its number, its name, or the beginning of it, and says what holds then", async () => {
    const { face, behind } = await talk(["1", "9600", "echo", "on", "pari", "even"]);
    expect(face.changed).toEqual(["bps=9600", "echo on", "parity=even"]);
    expect(behind).toContain("it is 115200; a new value (N), or Enter to leave it");
    expect(behind).toContain("bps is 9600");
    expect(behind).toContain("it is none; a new value (none, even, odd, mark, space), or Enter to leave it");
    expect(behind).toContain("parity is even");
  });

  it("says what the driver did instead, and what was wrong", async () => {
    const { behind } = await talk(["bps", "230400", "imap", "foo", "parity", "never", "nothing", "99"]);
    expect(behind).toContain("bps is 9600, asked for 230400; the driver took 9600, not 230400");
    expect(behind).toContain('imap is not changed: "foo" is not a map rule (did you mean lfcrlf?)');
    expect(behind).toContain("parity: never is not one of none, even, odd, mark, space");
    expect(behind).toContain("there is no option nothing");
    expect(behind).toContain("there is no option 99");
  });

  it("leaves what is not answered, and ends where a question is given up", async () => {
    const { face, behind } = await talk(["bps", ""]);
    expect(face.changed).toEqual([]);
    expect(behind).toContain("bps is left as it is");
  });

  it("writes a profile", async () => {
    const saveProfile = async (name: string) => {
      if (name === "x") throw new Error("there is one already");
      return { path: `/config/${name}` };
    };
    const { behind } = await talk(["save", "x", "save", "board", "save", ""], { saveProfile });
    expect(behind).toContain("there is one already");
    expect(behind).toContain("@board is in /config/board");
    expect(behind).toContain("no profile is written");
  });
});

describe("the form of a port that is not open", () => {
  const form = (wrong: (args: readonly string[]) => string | undefined = () => undefined) =>
    newForm(
      setupOptions(),
      new Map([
        ["bps", "9600"],
        ["echo", "on"],
      ]),
      wrong,
    );

  it("tells what was chosen as a command line has it", async () => {
    const one = form();
    const apply = (name: string, text: string) =>
      one.apply(one.options.find((option) => option.name === name)!, text);
    await apply("flow", "hardware");
    await apply("parity", "even");
    await apply("dtr", "off");
    await apply("mask", "a b");
    await apply("escape", "off");
    await apply("echo", "off");
    await apply("send-echo", "line");
    expect(one.arguments().sort()).toEqual(
      [
        ...["--bps=9600", "--hwflow", "--parity=even", "--dtr=off", "--mask=a b", "--no-escape"],
        "--send-echo=line",
      ].sort(),
    );
    await apply("mask", "off");
    await apply("send-echo", "off");
    expect(one.arguments()).not.toContain("--mask=a b");
    expect(one.arguments().some((argument) => argument.includes("send-echo"))).toBe(false);
  });

  it("keeps nothing that is wrong, and says so beside the field", async () => {
    const {
      screen,
      type,
      form: one,
    } = openForm({
      form: form((args) => (args.includes("--bps=0") ? "option --bps: 0 is no speed" : undefined)),
      title: "settings for /dev/ttyUSB0",
    });
    type("0\r");
    await screen.until(/> bps +‹ 9600 › +! 0 is no speed/);
    type("300\r");
    await screen.until(/> bps +‹ 300 ›$/m);
    expect((one as ReturnType<typeof form>).arguments()).toEqual(["--bps=300", "--echo"]);
  });

  it("ends with what it is for, by Enter on its last row", async () => {
    const { screen, type, ends } = openForm({ form: form(), accept: "connect" });
    type("\x1b[F");
    await screen.until("> connect");
    await screen.until("Enter connect");
    type("\r");
    expect(ends).toEqual([{ accepted: true }]);
  });
});
