import { defineConfig } from "vitest/config";

// Forks, not threads: bindings-cpp's Poller lives on the process's default event loop.
export default defineConfig({
  // The examples are tested with the source, as the types are.
  resolve: { alias: { "robin-serial": new URL("src/index.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // These want the guest of test/rig/run.mjs.
    exclude: ["test/rig/**"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: process.env.CI ? ["default"] : ["dot"],
  },
});
