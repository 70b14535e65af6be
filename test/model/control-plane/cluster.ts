import { createSimulation, type Simulation } from "../../../src/index.js";
import { parseKnCommand } from "../../../src/kube/kn-command.js";
import type { Condition } from "../../../src/model/conditions.js";
import type { Fact } from "../../../src/model/observer.js";
import { loadScenarioText } from "../../../src/scenario/load.js";

/** Latencies without their spread; a container runs after 1 s and is ready at once. */
export const FIXED = `
duration: 2h
overheads: {ingress: 0s, activator: 0s, queueProxy: 0s}
cluster: {latencies: {reconcile: 5ms, endpoints: 100ms, ingress: 400ms}}
`;
export const QUICK =
  "coldStart: {control: 0s, schedule: 0s, imagePull: 0s, containerStart: 1s, boot: 0s, readiness: 0s}";

/** A cluster on which commands are run and time passes. */
export interface TestCluster {
  readonly simulation: Simulation;
  readonly facts: readonly Fact[];
  /** Runs a line of kn now. @returns why it was refused, or null */
  kn(line: string): string | null;
  /** Seconds and messages of a service's Ready as `kn` would print them: each write of the object that is not ready. */
  progress(service: string): readonly (readonly [t: number, message: string])[];
}

/** A cluster at t = 0 from the body of a scenario. */
export async function cluster(body: string): Promise<TestCluster> {
  const { scenario } = await loadScenarioText(`apiVersion: knsim/v1\nkind: Scenario\nname: test\n${body}`, {});
  const facts: Fact[] = [];
  const writes: { readonly t: number; readonly service: string; readonly version: number; readonly message: string }[] =
    [];
  let simulation: Simulation | null = null;
  const look = (t: number): void => {
    for (const { name, resourceVersion, generation, observedGeneration, conditions } of simulation
      ?.objects()
      .services() ?? []) {
      if (writes.findLast(({ service }) => service === name)?.version === resourceVersion) continue;
      const ready = conditions.find(({ type }) => type === "Ready");
      const isShown = generation === observedGeneration && ready !== undefined;
      const message = !isShown ? "" : ready.status === "True" ? "Ready" : ready.message;
      writes.push({ t: t / 1e6, service: name, version: resourceVersion, message });
    }
  };
  simulation = createSimulation(scenario, {
    observer: {
      happened: (fact) => {
        facts.push(fact);
        look(fact.t);
      },
    },
  });
  const running = simulation;
  return {
    simulation: running,
    facts,
    kn: (line) => {
      const parsed = parseKnCommand(line);
      if (!parsed.ok) throw new Error(parsed.error);
      return running.apply({ kind: "kn", line, command: parsed.command });
    },
    progress: (service) =>
      writes.filter((write) => write.service === service && write.message !== "").map(({ t, message }) => [t, message]),
  };
}

/** `Type Status Reason` of conditions, one line each. */
export function brief(conditions: readonly Condition[]): readonly string[] {
  return conditions.map(({ type, status, reason }) => [type, status, reason].filter((word) => word !== "").join(" "));
}

/** What a condition says. */
export function message(conditions: readonly Condition[], type = "Ready"): string {
  return conditions.find((condition) => condition.type === type)?.message ?? "(absent)";
}

/** Times in seconds, after the beginning, at which a condition took a status. */
export function turned(
  facts: readonly Fact[],
  object: string,
  type: string,
  status: string,
): readonly (readonly [t: number, reason: string, message: string])[] {
  return facts.flatMap((fact) =>
    fact.kind === "ConditionChanged" &&
    fact.t > 0 &&
    fact.object === object &&
    fact.type === type &&
    fact.status === status
      ? [[fact.t / 1e6, fact.reason, fact.message] as const]
      : [],
  );
}
