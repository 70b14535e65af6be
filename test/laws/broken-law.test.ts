import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSimulation, InvariantError, loadScenario, simulate } from "../../src/index.js";
import { Breaker } from "../../src/model/breaker.js";

/** A law that breaks ends the run and says what it takes to find out why. */

const SCENARIO = `apiVersion: knsim/v1
kind: Scenario
name: crowded
seed: seven
duration: 10s
services:
  - name: hello
    image: example/hello
    containerConcurrency: 1
    app: {serviceTime: 1s}
traffic:
  - {to: hello, at: [1s, 1s, 1s]}
`;

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a container that takes more than it may", () => {
  it("ends a run with the event, the scenario and the seed", async () => {
    vi.spyOn(Breaker.prototype, "arrive").mockReturnValue(0);
    vi.spyOn(Breaker.prototype, "release").mockReturnValue(undefined);
    // With TBC 0 nothing but the breaker stands before the container, once the activator has left.
    const set = {
      "services[hello].annotations[autoscaling.knative.dev/target-burst-capacity]": "0",
      "traffic[0].at": ["5s", "5s", "5s"],
    };
    const failure = await simulate(SCENARIO, { set }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvariantError);
    const { message, details } = failure as InvariantError;
    expect(message).toBe("a container takes too many");
    expect(details).toMatchObject({ executing: 2, limit: 1, scenario: "crowded", seed: "seven" });
    expect(details.during).toMatch(/^(hop|an arrival) of /);
    expect(details.t).toBeGreaterThanOrEqual(5_000_000);
  });

  it("is told by step as well", async () => {
    vi.spyOn(Breaker.prototype, "release").mockImplementation(() => {
      throw new InvariantError("made up");
    });
    const { scenario } = await loadScenario("crowded.yaml", () => SCENARIO);
    const simulation = createSimulation(scenario, { seed: 8 });
    const play = () => {
      while (simulation.step() !== undefined) {
        // To the end.
      }
    };
    expect(play).toThrow(
      expect.objectContaining({ message: "made up", details: expect.objectContaining({ seed: "8" }) }),
    );
  });

  it("is exit status 3 of the command, with a file to attach", () => {
    const folder = mkdtempSync(join(tmpdir(), "knsim-law-"));
    writeFileSync(join(folder, "crowded.yaml"), SCENARIO);
    // The command itself, with a law that breaks.
    cpSync(join(DIST, "cli"), join(folder, "dist/cli"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"type": "module"}');
    const core = join(folder, "dist/cli/core.js");
    const whole = readFileSync(core, "utf8");
    const broken = whole.replace(
      /(Breaker = class \{.*?\brelease\(\) \{)/s,
      '$1 throw new InvariantError("a request ended twice");',
    );
    expect(broken).not.toBe(whole);
    writeFileSync(core, broken);
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [join(folder, "dist/cli/main.js"), "run", "crowded.yaml"],
      { cwd: folder, encoding: "utf8" },
    );
    const file = readFileSync(join(folder, "knsim-defect-crowded.txt"), "utf8");
    rmSync(folder, { recursive: true, force: true });
    expect([status, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/defect: a request ended twice\n {2}event: t=\d+\.\d{6}s during=completion of \d+/);
    expect(stderr).toContain("scenario: crowded, seed: seven");
    expect(file).toContain('"kind": "Scenario"');
  });
});
