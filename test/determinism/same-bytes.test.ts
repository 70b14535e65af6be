import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadScenario, type Scenario, simulate } from "../../src/cli/library.js";
import { folder, knsim, SCENARIOS } from "../cli/knsim.js";

/** A run is a pure function of scenario, seed and version; other versions of Node are the business of .ci/run. */

type Files = Readonly<Record<string, string>>;

/** Every file of the report as text; pictures as Base64. */
function filesBelow(path: string): Files {
  const names = readdirSync(path).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name)).toString(encodingOf(name))]));
}

function encodingOf(name: string): BufferEncoding {
  return name.endsWith(".png") ? "base64" : "utf8";
}

async function byLibrary(scenario: Scenario, command: string, charts = false): Promise<Files> {
  const result = await simulate(scenario, { keep: { requests: true } });
  const files: Record<string, Buffer[]> = {};
  for await (const { name, bytes } of result.files({ charts, requests: true, command }))
    (files[name] ??= []).push(Buffer.from(bytes));
  const names = Object.keys(files).sort();
  return Object.fromEntries(names.map((name) => [name, Buffer.concat(files[name]).toString(encodingOf(name))]));
}

async function byCommand(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const out = folder();
  const { stderr, status } = await knsim(["run", ...args, "--requests", "--quiet", "--out", out], { cwd, env });
  expect([stderr, status]).toEqual(["", 0]);
  return filesBelow(join(out, "canary"));
}

describe("the same scenario with the same seed", () => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = (await loadScenario(`${SCENARIOS}canary.yaml`, (path) => readFileSync(path))).scenario;
  });

  it("gives the same bytes twice in one process, one run after another or taking turns", async () => {
    const first = await byLibrary(scenario, "knsim run canary.yaml");
    const [second, third] = await Promise.all([1, 2].map(() => byLibrary(scenario, "knsim run canary.yaml")));
    expect(Object.keys(first)).toContain("requests.csv");
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it("gives the same bytes through the library and the command", async () => {
    const library = await byLibrary(scenario, "knsim run canary.yaml --seed 42", true);
    const command = await byCommand(folder(), [`${SCENARIOS}canary.yaml`]);
    expect(command).toEqual(library);
  });

  it("gives the same bytes, pictures included, in another folder, time zone and locale", async () => {
    const here = await byCommand(join(SCENARIOS, ".."), ["scenarios/canary.yaml"]);
    const env = { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" };
    const there = await byCommand(folder(), [`${SCENARIOS}canary.yaml`], env);
    expect(Object.keys(there)).toEqual(expect.arrayContaining(["latency.png", "pods.svg", "index.html"]));
    expect(there).toEqual(here);
  });

  it("does not depend on whether requests are kept", async () => {
    const kept = await byLibrary(scenario, "x");
    const result = await simulate(scenario);
    expect(JSON.stringify(result.summary)).toBe(JSON.stringify(JSON.parse(kept["summary.json"])));
  });
});

describe("another seed", () => {
  it("gives another run", async () => {
    const read = (path: string) => readFileSync(path);
    const runs = await Promise.all(
      ["1", "2"].map(async (seed) => {
        const { scenario } = await loadScenario(`${SCENARIOS}hello.yaml`, read, { seed });
        return (await simulate(scenario)).summary.resultHash;
      }),
    );
    expect(runs[0]).not.toBe(runs[1]);
  });
});
