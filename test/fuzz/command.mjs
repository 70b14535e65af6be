// npm run fuzz -- [--runs N] [--seed S]: as many random scenarios as asked, from a new seed unless one is given.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
for (const [name, value] of Object.entries(values)) {
  if (!/^\d+$/.test(value)) throw new Error(`--${name} takes a whole number, found ${value}`);
}
console.info(`fuzz: ${values.runs} scenarios from seed ${values.seed}`);
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "run", "test/fuzz", "--disable-console-intercept"], {
  stdio: "inherit",
  env: { ...process.env, KNSIM_FUZZ_RUNS: values.runs, KNSIM_FUZZ_SEED: values.seed },
});
process.exit(status ?? 1);
