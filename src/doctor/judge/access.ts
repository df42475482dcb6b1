/**
 * Judges whether the user may use the port, and what lets him. Pure. Access itself is access(2)'s to say: it knows
 * access control lists (udev's uaccess) and capabilities; owner, group and mode only explain a refusal.
 */
import type { Group, User } from "../../port/groups.js";
import type { Facts, MachineFacts, NodeFacts, PortFacts } from "../facts.js";
import { command, type Finding } from "../finding.js";

/** What distributions call the group of serial ports (Debian and Fedora; Arch, Gentoo and Slackware). */
const SERIAL_GROUPS = ["dialout", "uucp"];

export function judgeAccess({ port, machine }: Facts): Finding[] {
  const { node, access } = port ?? {};
  if (!port || !node || !access || (access.read && access.write)) return [];
  return [{ severity: "problem", ...explain(port, node, machine, lacking(access)) }];
}

function lacking(access: { read: boolean; write: boolean }): string {
  if (!access.read && !access.write) return "no permission";
  return access.read ? "no permission to write" : "no permission to read";
}

type Explanation = Omit<Finding, "severity">;

function explain(port: PortFacts, node: NodeFacts, machine: MachineFacts, start: string): Explanation {
  const { user } = machine;
  const seen = `access(2); ${modeText(node.mode)} ${node.owner ?? node.uid}:${node.group?.name ?? node.gid}`;
  if (node.uid === user.uid) {
    return {
      code: "permission",
      what: `${start}: user ${user.name} owns it, but its mode is ${octal(node.mode)}`,
      seen,
      ...command`chmod u+rw ${port.realPath}`,
    };
  }
  // To be in group root means more than a port, and a pty's group may only write to it.
  const groupMayUse = (node.mode & 0o060) === 0o060 && node.gid !== 0 && !port.isPty;
  if (!groupMayUse) return forOwnerOnly(port, node, machine, start, seen);
  if (user.gids.includes(node.gid)) {
    return {
      code: "permission",
      what: `${start}, though user ${user.name} is in its group ${groupName(node)}: an access control list or a security module forbids it`,
      seen,
      ...command`getfacl ${port.realPath}`,
    };
  }
  return forGroup(node, machine, start, seen);
}

function forGroup(node: NodeFacts, machine: MachineFacts, start: string, seen: string): Explanation {
  const { user } = machine;
  const { group } = node;
  if (!group) {
    return {
      code: "group",
      what: `${start}: it belongs to group ${node.gid}, which has no name here, and user ${user.name} is not in it`,
      seen,
      ...(machine.container
        ? { advice: `start the container with --group-add ${node.gid}` }
        : command`sudo groupadd -g ${String(node.gid)} serial && sudo usermod -aG serial ${user.name} && newgrp serial`),
    };
  }
  if (isMember(group, user)) {
    return {
      code: "group-later",
      what: `${start}: it belongs to group ${group.name}, which user ${user.name} has joined since this login`,
      seen: `${seen}; ${group.file} has ${user.name}, this process has not the group`,
      ...command`newgrp ${group.name}`,
      advice: "that is for this shell; everywhere else: log out of the whole session and in again",
    };
  }
  return {
    code: "group",
    what: `${start}: it belongs to group ${group.name}, and user ${user.name} is not in it`,
    seen,
    ...join(group, user),
    advice: "that is for this shell; everywhere else: log out of the whole session and in again",
  };
}

/** usermod changes /etc/group only: a group that stands elsewhere has to be copied first. */
function join(group: Group, user: User): { type?: string } {
  const { name } = group;
  if (group.file === "/etc/group") return command`sudo usermod -aG ${name} ${user.name} && newgrp ${name}`;
  return command`grep ${`^${name}:`} ${group.file} | sudo tee -a /etc/group && sudo usermod -aG ${name} ${user.name} && newgrp ${name}`;
}

function forOwnerOnly(
  port: PortFacts,
  node: NodeFacts,
  { user, groups }: MachineFacts,
  start: string,
  seen: string,
): Explanation {
  const owner = node.owner ?? `user ${node.uid}`;
  const what = `${start}: only ${owner} may use it (mode ${octal(node.mode)}, group ${groupName(node)})`;
  if (port.isPty)
    return { code: "permission", what, seen, advice: `only a program of ${owner}'s can open it` };
  const serial = groups.find(({ name, gid }) => SERIAL_GROUPS.includes(name) && user.gids.includes(gid));
  const until = "that holds until the port is made anew; udev's rules make it last";
  return {
    code: "permission",
    what,
    seen,
    ...(serial
      ? command`sudo chgrp ${serial.name} ${port.realPath} && sudo chmod 660 ${port.realPath}`
      : command`sudo chown ${user.name} ${port.realPath}`),
    advice: until,
  };
}

function isMember({ members }: Group, { name }: User): boolean {
  return members.includes(name);
}

function groupName(node: NodeFacts): string {
  return node.group?.name ?? String(node.gid);
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, "0");
}

/** `rw-rw----`, as ls(1) has it. */
export function modeText(mode: number): string {
  return [6, 3, 0]
    .map((shift) =>
      ["r", "w", "x"].map((letter, at) => ((mode >> shift) & (4 >> at) ? letter : "-")).join(""),
    )
    .join("");
}
