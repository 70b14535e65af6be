import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One workload to measure. */
export interface Workload {
  readonly name: string;
  /** The scenario's text. */
  readonly scenario: string;
  /** Arguments of the C baseline for the same workload; null = it has none. */
  readonly baseline: readonly string[] | null;
  /** What to do when nothing is asked for by name: measure it or not. */
  readonly isDefault: boolean;
}

const COMMON = ["--service-ms", "100", "--cv", "1", "--seed", "1"];

/**
 * S1 to S4 as the speed targets define them, S1 with ten times the requests, and pairs that show what a request costs
 * when there are more pods, revisions or hours.
 */
export const WORKLOADS: readonly Workload[] = [
  standard("s1", "s1-steady", ["--rps", "1000", "--pods", "20", "--cc", "10"]),
  standard("s2", "s2-large", ["--rps", "10000", "--pods", "150", "--cc", "10"]),
  standard("s3", "s3-queueing", ["--rps", "1000", "--pods", "54", "--cc", "1"]),
  { name: "s4", scenario: fleet(10_000, 24), baseline: null, isDefault: true },
  {
    ...standard("s1", "s1-steady", ["--rps", "1000", "--pods", "20", "--cc", "10"], 10),
    name: "s1-long",
    isDefault: false,
  },
  onRequest("pods-20", steady({ pods: 20, services: 1, seconds: 3000 })),
  onRequest("pods-250", steady({ pods: 250, services: 1, seconds: 3000 })),
  onRequest("revisions-1", steady({ pods: 100, services: 1, seconds: 3000 })),
  onRequest("revisions-100", steady({ pods: 1, services: 100, seconds: 3000 })),
  onRequest("hours-1", steady({ pods: 20, services: 1, seconds: 3600 })),
  onRequest("hours-4", steady({ pods: 20, services: 1, seconds: 14_400 })),
];

/** So many times ten million requests, from a file that users can run. */
function standard(name: string, file: string, baseline: readonly string[], times = 1): Workload {
  const path = fileURLToPath(new URL(`../../bench/scenarios/${file}.yaml`, import.meta.url));
  return {
    name,
    scenario: readFileSync(path, "utf8").replace(
      /^duration: (\d+)s$/m,
      (_, seconds: string) => `duration: ${Number(seconds) * times}s`,
    ),
    baseline: ["--requests", `${times}e7`, ...baseline, ...COMMON],
    isDefault: true,
  };
}

function onRequest(name: string, scenario: string): Workload {
  return { name, scenario, baseline: null, isDefault: false };
}

/** A thousand requests a second of 100 ms, over so many services of so many pods each. */
function steady({ pods, services, seconds }: { pods: number; services: number; seconds: number }): string {
  const names = Array.from({ length: services }, (_, index) => `steady-${index}`);
  const annotations = {
    "autoscaling.knative.dev/min-scale": String(pods),
    "autoscaling.knative.dev/max-scale": String(pods),
  };
  return scenarioText(`steady-${services}-of-${pods}`, `${seconds}s`, {
    services: names.map((name) => ({ name, image: "example/steady", containerConcurrency: 10, annotations })),
    apps: { "example/steady": { serviceTime: { lognormal: { mean: "100ms", cv: 1 } } } },
    traffic: names.map((name) => ({ to: name, rate: 1000 / services })),
    report: { timeline: "none", decisions: "none" },
  });
}

/** Revisions that get one request an hour each and scale to zero in between. */
function fleet(revisions: number, hours: number): string {
  const names = Array.from({ length: revisions }, (_, index) => `fleet-${index}`);
  return scenarioText("s4-fleet", `${hours}h`, {
    services: names.map((name) => ({ name, image: "example/fleet", start: "zero" })),
    apps: { "example/fleet": { serviceTime: "100ms" } },
    traffic: names.map((name) => ({ to: name, rate: 1 / 3600 })),
    report: { timeline: "none", decisions: "none", events: "none" },
  });
}

/** JSON is YAML. */
function scenarioText(name: string, duration: string, rest: object): string {
  return JSON.stringify({ apiVersion: "knsim/v1", kind: "Scenario", name, duration, overheads: "none", ...rest });
}
