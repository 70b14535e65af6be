import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { reportDefect } from "../../src/cli/defect.js";
import type { Terminal } from "../../src/cli/terminal.js";
import { InvariantError } from "../../src/engine/invariant.js";
import { folder } from "./knsim.js";

const home = process.cwd();
afterEach(() => process.chdir(home));

function listeningTerminal(): Terminal & { readonly remarks: string[] } {
  const remarks: string[] = [];
  return {
    remarks,
    print: () => {},
    remark: (text) => void remarks.push(text),
    isInteractive: false,
    colour: { results: false, remarks: false },
    columns: 80,
  };
}

describe("a defect of knsim", () => {
  it("is told with its event, its scenario and seed, and a file to attach, without a stack trace", () => {
    const here = folder();
    process.chdir(here);
    const terminal = listeningTerminal();
    const error = new InvariantError("ready pods below zero", { nowUs: 62_500_000, revision: "hello-00001" });
    const run = { scenario: "canary", seed: "42", completed: { kind: "Scenario" } };
    reportDefect(error, { run, args: ["run", "canary.yaml"], version: "0.1.0" }, terminal);
    const said = terminal.remarks.join("");
    expect(said).toContain("knsim: defect: ready pods below zero\n  event: now=62.500000s revision=hello-00001\n");
    expect(said).toContain("scenario: canary, seed: 42");
    expect(said).not.toMatch(/^\s+at /m);
    const file = join(process.cwd(), "knsim-defect-canary.txt");
    expect(said).toContain(`with this file attached: ${file}`);
    const text = readFileSync(file, "utf8");
    for (const part of [
      "knsim 0.1.0",
      "arguments: run canary.yaml",
      "seed: 42",
      "defect.test.ts",
      '"kind": "Scenario"',
    ])
      expect(text).toContain(part);
  });
});
