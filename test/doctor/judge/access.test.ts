/** Who may use a port, and what lets him. */
import { describe, expect, it } from "vitest";
import type { MachineFacts, NodeFacts } from "../../../src/doctor/facts.js";
import { judgeAccess, modeText } from "../../../src/doctor/judge/access.js";
import { DIALOUT, facts, MACHINE, PORT } from "../facts.js";

const NONE = { read: false, write: false };
const outsider: MachineFacts["user"] = { uid: 1000, name: "alice", gids: [1000] };

function judged(node: Partial<NodeFacts>, machine: Partial<MachineFacts> = {}, more = {}) {
  const [finding] = judgeAccess(
    facts({ access: NONE, node: { ...PORT.node!, ...node }, ...more }, { user: outsider, ...machine }),
  );
  return finding;
}

describe("access", () => {
  it("is access(2)'s to say: an access control list gives it where owner, group and mode do not", () => {
    const node = { ...PORT.node!, mode: 0o600 };
    expect(judgeAccess(facts({ node, access: { read: true, write: true } }, { user: outsider }))).toEqual([]);
  });

  it("is a problem where it is only half", () => {
    const [finding] = judgeAccess(facts({ access: { read: true, write: false } }, { user: outsider }));
    expect(finding).toMatchObject({
      severity: "problem",
      what: expect.stringContaining("no permission to write"),
    });
  });
});

describe("a port of a group", () => {
  it("names the group, and one command that joins it and uses it at once", () => {
    expect(judged({})).toEqual({
      code: "group",
      severity: "problem",
      what: "no permission: it belongs to group dialout, and user alice is not in it",
      seen: "access(2); rw-rw---- root:dialout",
      type: "sudo usermod -aG dialout alice && newgrp dialout",
      advice: expect.stringContaining("log out"),
    });
  });

  it("takes the group's name from the system: uucp on Arch", () => {
    const group = { ...DIALOUT, name: "uucp", gid: 986 };
    expect(judged({ group, gid: 986 })?.type).toBe("sudo usermod -aG uucp alice && newgrp uucp");
  });

  it("needs only newgrp where the user has joined since this login", () => {
    const group = { ...DIALOUT, members: ["bob", "alice"] };
    expect(judged({ group })).toMatchObject({ code: "group-later", type: "newgrp dialout" });
  });

  it("copies a group first that usermod would not find", () => {
    const group = { ...DIALOUT, file: "/usr/lib/group" };
    expect(judged({ group })?.type).toBe(
      "grep '^dialout:' /usr/lib/group | sudo tee -a /etc/group && sudo usermod -aG dialout alice && newgrp dialout",
    );
  });

  it("without a name is one that a container has to be given", () => {
    const { group: _group, ...node } = PORT.node!;
    const [finding] = judgeAccess(facts({ node, access: NONE }, { user: outsider, container: "docker" }));
    expect(finding).toMatchObject({ code: "group", advice: "start the container with --group-add 20" });
    const [bare] = judgeAccess(facts({ node, access: NONE }, { user: outsider }));
    expect(bare?.type).toMatch(/^sudo groupadd -g 20 serial && /);
  });

  it("that the user is in, and that is refused all the same, has an access control list", () => {
    expect(judged({}, { user: MACHINE.user })).toMatchObject({
      code: "permission",
      type: "getfacl /dev/ttyUSB0",
    });
  });
});

describe("a port for its owner only", () => {
  it("is given to the user's group of serial ports, where he is in one", () => {
    expect(judged({ mode: 0o600, gid: 0 }, { user: MACHINE.user })).toMatchObject({
      code: "permission",
      type: "sudo chgrp dialout /dev/ttyUSB0 && sudo chmod 660 /dev/ttyUSB0",
    });
  });

  it("is given to the user otherwise; no one is told to join group root", () => {
    const root = { name: "root", gid: 0, members: [], file: "/etc/group" };
    expect(judged({ mode: 0o660, gid: 0, group: root })).toMatchObject({
      code: "permission",
      what: "no permission: only root may use it (mode 660, group root)",
      type: "sudo chown alice /dev/ttyUSB0",
    });
  });

  it("has nothing to type where it is another user's pty", () => {
    const tty = { name: "tty", gid: 5, members: [], file: "/etc/group" };
    const finding = judged({ mode: 0o620, gid: 5, group: tty, uid: 33, owner: "www" }, {}, { isPty: true });
    expect(finding?.type).toBeUndefined();
    expect(finding?.advice).toContain("www");
  });

  it("that is the user himself wants only its mode changed", () => {
    expect(judged({ uid: 1000, owner: "alice", mode: 0o060 })?.type).toBe("chmod u+rw /dev/ttyUSB0");
  });
});

it("quotes what a shell would take apart", () => {
  const finding = judged({ mode: 0o600, gid: 0 }, {}, { realPath: "/dev/my port's" });
  expect(finding?.type).toBe("sudo chown alice '/dev/my port'\\''s'");
  expect(judged({ mode: 0o600, gid: 0 }, {}, { realPath: "/dev/a\nb" })?.type).toBeUndefined();
});

it.each([
  [0o660, "rw-rw----"],
  [0o620, "rw--w----"],
  [0o755, "rwxr-xr-x"],
])("mode %o is %s", (mode, text) => expect(modeText(mode)).toBe(text));
