/**
 * What kind of machine this is: a container, a virtual machine, WSL; its distribution and what runs it. Knows the marks
 * that each leaves.
 */
import { existsSync } from "node:fs";
import type { Roots } from "../../port/discovery/roots.js";
import { attribute, textOf } from "../../port/discovery/sysfs.js";
import type { MachineFacts } from "../facts.js";

type Environment = Pick<
  MachineFacts,
  "distribution" | "container" | "containerMark" | "virtualMachine" | "isWsl" | "hasSystemd" | "kernel"
>;

/** Words of /sys/class/dmi/id/sys_vendor and product_name, and what they stand for. */
const HYPERVISORS: readonly (readonly [mark: RegExp, name: string])[] = [
  [/QEMU|KVM|Bochs/i, "QEMU"],
  [/VirtualBox|innotek/i, "VirtualBox"],
  [/VMware/i, "VMware"],
  [/Microsoft Corporation Virtual Machine/i, "Hyper-V"],
  [/Parallels/i, "Parallels"],
  [/Xen/i, "Xen"],
  [/Amazon EC2/i, "Amazon EC2"],
  [/Google Compute/i, "Google Compute Engine"],
];

export function readEnvironment(root: string, { proc, sys, run }: Roots): Environment {
  const kernel = textOf(`${proc}/sys/kernel/osrelease`)?.trim() ?? "";
  const distribution = /^ID="?([^"\n]*)/m.exec(textOf(`${root}/etc/os-release`) ?? "")?.[1];
  const [container, containerMark] = containerName(root, { proc, run }) ?? [];
  const virtualMachine = hypervisor(proc, sys);
  return {
    kernel,
    isWsl: /microsoft/i.test(kernel),
    hasSystemd: existsSync(`${run}/systemd/system`),
    ...(distribution === undefined ? {} : { distribution }),
    ...(container === undefined ? {} : { container }),
    ...(containerMark === undefined ? {} : { containerMark }),
    ...(virtualMachine === undefined ? {} : { virtualMachine }),
  };
}

type Mark = readonly [name: string, file: string];

/** As systemd-detect-virt(1) tells them, without its privileges. */
function containerName(root: string, { proc, run }: Pick<Roots, "proc" | "run">): Mark | undefined {
  if (existsSync(`${run}/.containerenv`)) return ["podman", "/run/.containerenv"];
  if (existsSync(`${root}/.dockerenv`)) return ["docker", "/.dockerenv"];
  const managed = textOf(`${run}/systemd/container`)?.trim();
  if (managed) return managed === "wsl" ? undefined : [managed, "/run/systemd/container"];
  const named = /(?:^|\0)container=([^\0]+)/.exec(textOf(`${proc}/1/environ`) ?? "")?.[1];
  if (named) return named === "wsl" ? undefined : [named, "/proc/1/environ"];
  const group = /[/-](docker|lxc|kubepods|containerd)\b/.exec(textOf(`${proc}/1/cgroup`) ?? "")?.[1];
  return group === undefined ? undefined : [group, "/proc/1/cgroup"];
}

function hypervisor(proc: string, sys: string): string | undefined {
  const id = `${sys}/class/dmi/id`;
  const words = `${attribute(id, "sys_vendor") ?? ""} ${attribute(id, "product_name") ?? ""}`;
  const known = HYPERVISORS.find(([mark]) => mark.test(words))?.[1];
  if (known !== undefined) return known;
  // The processor's own word for it, of x86.
  return /^flags\s*:.*\bhypervisor\b/m.test(textOf(`${proc}/cpuinfo`) ?? "")
    ? "of an unknown kind"
    : undefined;
}
