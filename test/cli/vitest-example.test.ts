import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { folder, type Seen } from "./knsim.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The example as its README has it installed: knsim linked to the built repository, vitest beside it. */
function installed(): string {
  const cwd = folder();
  cpSync(join(ROOT, "examples/vitest-policy"), cwd, {
    recursive: true,
    filter: (path) => !path.slice(ROOT.length).includes("node_modules"),
  });
  mkdirSync(join(cwd, "node_modules"));
  symlinkSync(ROOT, join(cwd, "node_modules/knsim"));
  for (const name of ["vitest", "typescript"])
    symlinkSync(join(ROOT, "node_modules", name), join(cwd, "node_modules", name));
  return cwd;
}

function run(cwd: string, ...args: string[]): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, VITEST: undefined, NODE_ENV: undefined };
    const child = spawn(process.execPath, args, { cwd, env });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject).on("close", (status) => resolve({ stdout, stderr, status }));
  });
}

const VITEST = "node_modules/vitest/vitest.mjs";

describe("examples/vitest-policy", () => {
  it("passes, and its types are right", async () => {
    const cwd = installed();
    const { stdout, status } = await run(cwd, VITEST, "run");
    expect(stdout).toMatch(/Tests +5 passed \(5\)/);
    expect(status).toBe(0);
    const types = await run(cwd, "node_modules/typescript/bin/tsc", "--noEmit");
    expect([types.status, types.stdout]).toEqual([0, ""]);
  });

  it("fails with what was found when the policy changes for the worse", async () => {
    const cwd = installed();
    const manifest = join(cwd, "policies/checkout-service.yaml");
    const text = readFileSync(manifest, "utf8");
    writeFileSync(manifest, text.replace('max-scale: "20"', 'max-scale: "1"'));
    const { stdout, stderr, status } = await run(cwd, VITEST, "run", "-t", "opening");
    expect(status).toBe(1);
    expect(stdout + stderr).toMatch(/expected sale \(seed 1\) to meet p\(95\) < 300ms, found [\d.]+s, off by [\d.]+ %/);
  });
});
