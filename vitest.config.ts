import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest begins first, or it goes on alone at the end. */
const LONGEST = ["partners/minute.test.ts", "e2e/kept.test.ts", "e2e/completion.test.ts"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const first = LONGEST.flatMap((name) => others.filter(({ moduleId }) => moduleId.endsWith(name)));
    return [...first, ...others.filter((file) => !first.includes(file))];
  }
}

// Forks, not threads: bindings-cpp's Poller lives on the process's default event loop.
export default defineConfig({
  // The examples are tested with the source, as the types are.
  resolve: { alias: { "robin-serial": new URL("src/index.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    // These want the guest of test/rig/run.mjs.
    exclude: ["test/rig/**"],
    sequence: { sequencer: LongestFirst },
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: process.env.CI ? ["default"] : ["dot"],
  },
});
