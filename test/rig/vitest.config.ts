import { defineConfig } from "vitest/config";

// In the guest: one processor, and every test wants the same ports, so one process runs one file after the other.
export default defineConfig({
  test: {
    include: ["test/rig/**/*.test.ts"],
    setupFiles: ["test/rig/support/leave-nothing.ts"],
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["verbose", ["json", { outputFile: "/rigjob/report.json" }]],
  },
});
