import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compareScenarios, loadScenario, simulate } from "knsim";
import "knsim/vitest";
import { describe, expect, it } from "vitest";

const SALE = fileURLToPath(new URL("policies/sale.yaml", import.meta.url));

/** The scenario with some of its keys changed, as `--set` does it. */
async function sale(set: Record<string, unknown> = {}) {
  return (await loadScenario(SALE, (path) => readFile(path), { set })).scenario;
}

describe("the policy of checkout", () => {
  it("gets through the opening of a sale", async () => {
    const result = await simulate(await sale());
    expect(result).toMeet("errors == 0");
    expect(result).toMeet("p(95) < 300ms");
    expect(result).toMeet("max(pods) <= 20");
  });

  it("costs nothing an hour later", async () => {
    expect(await simulate(await sale())).toScaleToZeroWithin("70s", { of: "checkout" });
  });

  it("holds for other seeds too", async () => {
    for (const seed of [2, 3, 4]) expect(await simulate(await sale(), { seed })).toMeet("p(95) < 400ms");
  });

  it("is what every expectation of the scenario says", async () => {
    const { expectations } = await simulate(await sale());
    expect(expectations.filter(({ pass }) => !pass)).toEqual([]);
  });

  it("would take more pods with half the target, on the very same requests", async () => {
    const target = "services[0].annotations[autoscaling.knative.dev/target]";
    const { figures } = await compareScenarios(await sale(), await sale({ [target]: "4" }), { seeds: [1, 2, 3, 4, 5] });
    const find = (name: string) => figures.find((figure) => figure.name === name);
    expect(find("offered")?.difference).toBe(0);
    expect(find("pod_seconds")?.difference).toBeGreaterThan(0);
    expect(find("pod_seconds")?.significant).toBe(true);
  });
});
