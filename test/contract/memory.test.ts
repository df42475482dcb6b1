/** The port in memory under the contract. */
import { describe } from "vitest";
import { memoryDevice } from "./contract-device.js";
import { portContract } from "./port-contract.js";

describe("memory", () => {
  portContract(
    {
      name: "memory",
      abilities: { restore: true, leaveAsFound: true, readBack: true },
      keptAtHangUp: "all",
      modemLines: true,
      breaks: true,
      extras: true,
      reconfigures: true,
    },
    memoryDevice,
  );
});
