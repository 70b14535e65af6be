import { describe, expect, it } from "vitest";
import { type RequestRow, simulate } from "../../src/index.js";
import { play, scenario } from "../model/played.js";

/** Everything that can be drawn is drawn. */
const RANDOM = `
duration: 2m
cluster:
  latencies:
    reconcile: {lognormal: {median: 5ms, p95: 20ms}}
    endpoints: {lognormal: {median: 100ms, p95: 300ms}}
    ingress: {lognormal: {median: 400ms, p95: 1s}}
overheads: {ingress: {exponential: {mean: 1ms}}}
`;
const SERVICE_A = `
  - name: a
    image: example/a
    annotations: {autoscaling.knative.dev/target: "5"}
    app: {serviceTime: {lognormal: {mean: 300ms, cv: 1}}}`;
const SOURCE_A = `
  - {to: a, rate: {ramp: {from: 5, to: 60}}}`;
const EVENTS_A = `
  - {at: 20s, kn: "service update a --image example/a:v2"}
  - {at: 50s, kn: "service update a --traffic a-00001=50 --traffic a-00002=50"}
  - {at: 1m20s, kill-pod: {service: a}}`;

const scenarioOf = (services: string, traffic: string, events: string) =>
  `${RANDOM}services:${services}\ntraffic:${traffic}\nevents:${events}\n`;

/** What happened to the requests of a, and what it did: all but the addresses that its pods got. */
async function accountOfA(body: string) {
  const { requests, events } = await play(body);
  return {
    requests: requests.filter(({ service }) => service === "a").map(({ pod, node, ...rest }) => rest),
    events: events.filter(({ service }) => service === "a"),
  };
}

describe("a service", () => {
  it("is not disturbed by another service with traffic and events of its own, before or after it", async () => {
    const alone = await accountOfA(scenarioOf(SERVICE_A, SOURCE_A, EVENTS_A));
    const serviceB = `
  - {name: b, image: example/b, start: zero, app: {serviceTime: {exponential: {mean: 100ms}}}}`;
    const sourceB = `
  - {to: b, rate: 40}
  - {to: b, clients: 5, think: {exponential: {mean: 1s}}}`;
    const eventsB = `
  - {at: 30s, kn: "service update b --image example/b:v2"}
  - {at: 60s, kill-pod: {service: b}}
  - {at: 70s, kn: "service delete b"}`;
    expect(alone.requests.length).toBeGreaterThan(3_000);
    expect(new Set(alone.requests.map(({ revision }) => revision))).toEqual(new Set(["a-00001", "a-00002"]));
    expect(await accountOfA(scenarioOf(SERVICE_A + serviceB, SOURCE_A + sourceB, EVENTS_A + eventsB))).toEqual(alone);
    expect(await accountOfA(scenarioOf(serviceB + SERVICE_A, sourceB + SOURCE_A, eventsB + EVENTS_A))).toEqual(alone);
  });

  it("has the same arrivals and work from a source when another source to it is added", async () => {
    const account = async (more: string) => {
      const events = `\n  - {at: 20s, kn: "service update a --env STEP=2"}`;
      const { requests } = await play(scenarioOf(SERVICE_A, `${SOURCE_A}${more}`, events));
      return requests.filter(({ source }) => source === "a").map(work);
    };
    expect(await account("\n  - {to: a, rate: 3}")).toEqual(await account(""));
  });
});

/** What a request brings along, whatever becomes of it. */
const work = ({ id, arrivalUs, serviceUs }: RequestRow) => [id, arrivalUs, serviceUs];

describe("a request", () => {
  it("asks for the same work under two policies", async () => {
    const account = async (concurrency: number) => {
      const body = scenarioOf(
        SERVICE_A.replace("image:", `containerConcurrency: ${concurrency}\n    image:`),
        SOURCE_A,
        "",
      );
      return (await play(body.replace("events:\n", ""))).requests;
    };
    const [one, unlimited] = [await account(1), await account(0)];
    expect(one.map(work)).toEqual(unlimited.map(work));
    expect(one.map(({ latencyUs }) => latencyUs)).not.toEqual(unlimited.map(({ latencyUs }) => latencyUs));
  });

  it("goes to the new revision of a larger share if it did with a smaller one", async () => {
    const account = async (percent: number) => {
      const events = `
  - {at: 5s, kn: "service update a --image example/a:v2"}
  - {at: 20s, kn: "service update a --traffic a-00002=${percent} --traffic a-00001=${100 - percent}"}`;
      const { requests } = await play(scenarioOf(SERVICE_A, SOURCE_A, events));
      return requests.filter(({ arrivalUs }) => arrivalUs >= 25e6);
    };
    const [few, many] = [await account(10), await account(30)];
    const isNew = ({ revision }: RequestRow) => revision === "a-00002";
    expect(few.map(({ id }) => id)).toEqual(many.map(({ id }) => id));
    expect(few.filter((row, i) => isNew(row) && !isNew(many[i]))).toEqual([]);
    expect(few.filter(isNew).length).toBeGreaterThan(100);
  });

  it("keeps its draws when an earlier one is tried again", async () => {
    const body = (more: string) =>
      scenarioOf(
        SERVICE_A.replace("image:", "timeoutSeconds: 1\n    image:"),
        `\n  - {to: a, rate: 20, retries: {max: ${more}, backoff: 20ms}}`,
        EVENTS_A,
      );
    const firstTries = async (max: string) =>
      (await play(body(max))).requests
        .filter(({ attempt }) => attempt === 1)
        .map(({ arrivalUs, revision, status, serviceUs }) => [
          arrivalUs,
          revision,
          status === "200" ? serviceUs : null,
        ]);
    const [never, twice] = [await firstTries("0"), await firstTries("2")];
    expect(twice.map(([arrival]) => arrival)).toEqual(never.map(([arrival]) => arrival));
    // Routes and work of those that were answered both times agree.
    const both = never.filter((row, i) => row[2] !== null && twice[i][2] !== null);
    expect(both.length).toBeGreaterThan(1_000);
    expect(never.filter((row, i) => row[2] !== null && twice[i][2] !== null && row[2] !== twice[i][2])).toEqual([]);
    expect(never.filter((row, i) => row[1] !== twice[i][1])).toEqual([]);
  });
});

describe("a run", () => {
  const body = scenarioOf(SERVICE_A, SOURCE_A, EVENTS_A);

  it("is the same twice, to the last byte of every file", async () => {
    const bytes = async () => {
      const result = await simulate(scenario(body), { keep: { requests: true } });
      const files: [string, string][] = [];
      for await (const file of result.files({ charts: false }))
        files.push([file.name, new TextDecoder().decode(file.bytes)]);
      return files;
    };
    const first = await bytes();
    expect(first.length).toBeGreaterThan(4);
    expect(await bytes()).toEqual(first);
  });

  it('differs with the seed, and 42 is the same seed as "42"', async () => {
    const hash = async (seed: string | number) => (await simulate(scenario(body), { seed })).summary.resultHash;
    const [one, two, number, text] = [await hash(1), await hash(2), await hash(42), await hash("42")];
    expect(one).not.toBe(two);
    expect(number).toBe(text);
    expect(await hash("007")).not.toBe(await hash("7"));
  });
});
