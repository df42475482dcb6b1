import { RobinError } from "../errors.js";
import type { OpenOptions } from "./open.js";
import type { Port } from "./port.js";
export async function openSerialportPort(path: string, _options: OpenOptions): Promise<Port> {
  throw new RobinError("unsupported", `open ${path}`);
}
