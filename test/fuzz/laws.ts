import { createHash } from "node:crypto";
import { expect } from "vitest";
import { Run } from "../../src/experiment/run.js";
import { createSimulation, loadScenario, type Result, type Scenario, simulate } from "../../src/index.js";

/** What must be true of every run, whatever the scenario: besides what the run checks by itself. */

export async function load(text: string): Promise<Scenario> {
  const { scenario } = await loadScenario("fuzzed.yaml", () => text);
  return scenario;
}

/** Every byte that the run would leave behind, without pictures. */
export async function bytesOf(result: Result): Promise<string> {
  const hash = createHash("sha256");
  for await (const { name, bytes } of result.files({ charts: false, requests: true }))
    hash.update(`${name}\0`).update(bytes);
  return hash.digest("hex");
}

/** Everything that was measured, without the decisions that the shortcuts for sleeping revisions leave out. */
function measured(scenario: Scenario, shortcuts: boolean): unknown {
  const quiet = { ...scenario, expectations: [], report: { ...scenario.report, decisions: false } };
  const record = new Run(quiet, { keepRequests: true, observers: [], shortcuts }).finish();
  return [record.summary, [...record.timeline()], [...record.events()], [...record.requests()]];
}

/** Runs the text to its end twice, step by step, and with and without shortcuts, and holds it to the laws. */
export async function holdToLaws(text: string): Promise<void> {
  const keep = { requests: true };
  const first = await simulate(await load(text), { keep });
  const second = await simulate(await load(text), { keep });
  const bytes = await bytesOf(first);
  expect(await bytesOf(second), "the same bytes twice").toBe(bytes);
  const stepped = createSimulation(await load(text), { keep });
  let last = 0;
  for (let fact = stepped.step(); fact !== undefined; fact = stepped.step()) {
    expect(fact.t, "facts in the order of time").toBeGreaterThanOrEqual(last);
    last = fact.t;
  }
  expect(await bytesOf(stepped.result()), "the same bytes step by step").toBe(bytes);
  const scenario = await load(text);
  expect(JSON.stringify(measured(scenario, true)), "the same with and without shortcuts").toBe(
    JSON.stringify(measured(scenario, false)),
  );
  checkCounts(first);
  checkRequests(first);
  checkTimeline(first);
}

/** Contract details C1, invariants. */
function checkCounts({ summary }: Result): void {
  const scopes = [summary, ...Object.values(summary.services), ...Object.values(summary.revisions)];
  for (const { requests, latency, pods, coldStart, inFlight } of scopes) {
    const { offered, completed, failed, byStatus, cold } = requests;
    expect(completed + failed + requests.inFlight).toBe(offered);
    expect(Object.values(byStatus).reduce((sum, count) => sum + count, 0)).toBe(completed + failed);
    expect(cold).toBeLessThanOrEqual(offered);
    const { min, p50, p75, p90, p95, p99, p999, max } = latency;
    const ascending = [min, p50, p75, p90, p95, p99, p999, max].map(Number);
    expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
    expect(pods.podSeconds).toBeGreaterThanOrEqual(pods.readySeconds - 1e-6);
    expect(pods.maxTotal).toBeGreaterThanOrEqual(pods.maxReady);
    for (const figure of [
      ...Object.values(pods),
      inFlight.mean,
      inFlight.max,
      inFlight.requestSeconds,
      coldStart.count,
    ])
      expect(figure ?? 0).toBeGreaterThanOrEqual(0);
  }
  const ofServices = Object.values(summary.services).reduce((sum, { requests }) => sum + requests.offered, 0);
  const ofRevisions = Object.values(summary.revisions).reduce((sum, { requests }) => sum + requests.offered, 0);
  expect(ofServices).toBe(summary.requests.offered);
  expect(ofRevisions).toBeLessThanOrEqual(ofServices);
  expect(JSON.stringify(summary)).not.toMatch(/NaN|Infinity/);
}

/** No part of a request is longer than the whole; the parts that are there are not negative. */
function checkRequests(result: Result): void {
  for (const { id, latencyUs, activatorWaitUs, podWaitUs, serviceUs } of result.requests()) {
    const parts = [activatorWaitUs, podWaitUs, serviceUs].map((part) => part ?? 0);
    for (const part of parts) expect(part, id).toBeGreaterThanOrEqual(0);
    if (latencyUs !== null)
      expect(
        parts.reduce((sum, part) => sum + part, 0),
        id,
      ).toBeLessThanOrEqual(latencyUs);
  }
}

/** Σ(offered − completed − errors) over a full timeline is what is in flight at its end. */
function checkTimeline(result: Result): void {
  let inFlight = 0;
  let rows = 0;
  for (const { offered, completed, errors, concurrency, podsReady, percent } of result.timeline()) {
    rows++;
    inFlight += offered - completed - errors;
    for (const figure of [offered, completed, errors, concurrency, podsReady ?? 0])
      expect(figure).toBeGreaterThanOrEqual(0);
    expect(percent ?? 0).toBeLessThanOrEqual(100);
  }
  if (rows > 0 && result.summary.from === 0) expect(inFlight).toBe(result.summary.requests.inFlight);
}
