import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { loadScenario, type Result, type Summary, simulate } from "../../src/index.js";
import { readFile, scenarioFiles } from "./scenario-files.js";

/** One line of requests.csv, read back by its header; times in µs. */
interface Line {
  readonly arrival: number;
  readonly latency: number | null;
  readonly parts: number;
  readonly revision: string;
  readonly status: string;
}

const us = (text: string, unit: number): number => Math.round(Number(text) * unit);

async function requestLines(result: Result): Promise<Line[]> {
  for await (const { name, bytes } of result.files({ charts: false, requests: true })) {
    if (name !== "requests.csv") continue;
    const [header, ...rows] = new TextDecoder().decode(bytes).trimEnd().split("\n");
    const column = new Map(header.split(",").map((title, index) => [title, index]));
    return rows.map((row) => {
      const cells = row.split(",");
      const cell = (title: string) => cells[column.get(title)!];
      return {
        arrival: us(cell("arrival"), 1e6),
        latency: cell("latency_ms") === "" ? null : us(cell("latency_ms"), 1e3),
        parts: us(cell("activator_wait_ms"), 1e3) + us(cell("pod_wait_ms"), 1e3) + us(cell("service_ms"), 1e3),
        revision: cell("revision"),
        status: cell("status"),
      };
    });
  }
  throw new Error("the report has no requests.csv");
}

/** Every scope of a summary that counts requests. */
function scopes(summary: Summary): [string, Summary["requests"]][] {
  return [
    ["all", summary.requests],
    ...Object.entries(summary.services).map(([name, { requests }]): [string, Summary["requests"]] => [name, requests]),
    ...Object.entries(summary.revisions).map(([name, { requests }]): [string, Summary["requests"]] => [name, requests]),
  ];
}

/** ∫ requests in the system dt over [0, until), by sweeping over arrivals and endings in order of time. */
function requestMicroseconds(lines: readonly Line[], until: number): number {
  const steps = lines.flatMap(({ arrival, latency }) => [
    { t: arrival, by: 1 },
    ...(latency === null ? [] : [{ t: arrival + latency, by: -1 }]),
  ]);
  steps.sort((a, b) => a.t - b.t);
  let area = 0;
  let inSystem = 0;
  let since = 0;
  for (const { t, by } of [...steps, { t: until, by: 0 }]) {
    const at = Math.min(t, until);
    area += inSystem * (at - since);
    since = at;
    inSystem += by;
  }
  return area;
}

describe.each(scenarioFiles.map((path) => [basename(path), path]))("%s", (_, path) => {
  it("loses no request and obeys Little's law", { timeout: 60_000 }, async () => {
    const { scenario } = await loadScenario(path, readFile);
    const result = await simulate(scenario, { keep: { requests: true } });
    const { summary } = result;
    const lines = await requestLines(result);

    for (const [name, { offered, completed, failed, inFlight, byStatus }] of scopes(summary)) {
      expect(completed + failed + inFlight, `offered of ${name}`).toBe(offered);
      const answered = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
      expect(answered, `byStatus of ${name}`).toBe(completed + failed);
    }

    // Figures that the report counted on the way, counted again from the finished table.
    const cohort = lines.filter(({ arrival }) => arrival >= summary.from * 1e6);
    expect(cohort).toHaveLength(summary.requests.offered);
    for (const [name, { requests }] of Object.entries(summary.revisions)) {
      expect(
        cohort.filter(({ revision }) => revision === name),
        name,
      ).toHaveLength(requests.offered);
    }

    // No part of a request's time is longer than the whole.
    expect(lines.filter(({ latency, parts }) => latency !== null && parts > latency)).toEqual([]);

    const drained = summary.requests.inFlight === 0;
    expect(drained, "every shipped scenario drains").toBe(true);
    const spent = cohort.reduce((sum, { latency }) => sum + (latency ?? 0), 0);
    expect(relativeError(summary.inFlight.requestSeconds * 1e6, spent)).toBeLessThan(1e-6);
    const until = summary.to * 1e6;
    const before = requestMicroseconds(lines, summary.from * 1e6);
    const mean = (requestMicroseconds(lines, until) - before) / (until - summary.from * 1e6);
    expect(relativeError(summary.inFlight.mean, mean)).toBeLessThan(1e-6);
  });
});

function relativeError(got: number, want: number): number {
  // Printed figures have six decimals.
  return Math.max(0, Math.abs(got - want) - 1e-6) / Math.max(1, Math.abs(want));
}
