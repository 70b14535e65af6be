import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { errorsOf, type Files, HEAD, problemsOf, scenarioOf, WITH_HELLO } from "./loading.js";

const NO_DURATION = HEAD.replace("duration: 1m\n", "");
const FILES: Files = {
  "i.csv": "HashOwner,HashApp,HashFunction,Trigger,480,481\no,a,f1,http,3,0\no,a,f2,timer,1,9\no,a,f3,timer,4,4\n",
  "d.csv":
    "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_50,percentile_Average_100\no,a,f1,0,3,0,0,0,0,0\no,a,f2,250,2,1,900,2,200,800\no,a,f3,10,2,1,2,1,1,1\n",
  "m.csv": "HashOwner,HashApp,HashFunction,SampleCount,AverageAllocatedMb\no,a,f1,3,128\no,a,f2,3,64.5\n",
  "2021.csv": "app,func,end_timestamp,duration\na,g,5,1.5\na,f,2.25,0.25\na,g,3,0.5\n",
  "t.csv": "time\n2.5\n1\n",
  "r.csv": "time,rps\n0,5\n10,7\n",
};
const trace = (keys: string, rest = "") => `${NO_DURATION}traffic: [{trace: {${keys}}${rest}}]\n`;
const load = (text: string) => scenarioOf(text, { files: FILES });

describe("a trace of the Azure Functions of 2019", () => {
  it("makes a service of every row, and runs as long as it has minutes", async () => {
    const { services, sources, durationUs } = await load(
      trace("file: i.csv, format: azure-2019, durations: d.csv, memory: m.csv"),
    );
    expect(durationUs).toBe(120_000_000);
    expect(services.map(({ key, traceId, start, app }) => [key, traceId, start, app?.serviceTime])).toEqual([
      ["fn-001", "f1", "zero", { kind: "constant", us: 0 }],
      ["fn-002", "f2", "zero", { kind: "constant", us: 250_000 }],
      ["fn-003", "f3", "zero", { kind: "constant", us: 10_000 }],
    ]);
    expect(services[1].object.meta.labels).toEqual({ "knsim/trace-id": "f2" });
    // 64.5 × 2^20 bytes; the third function has no row.
    expect(services.map(({ object }) => object.template.resources.memoryRequestBytes)).toEqual([
      128 * 2 ** 20,
      64.5 * 2 ** 20,
      null,
    ]);
    expect(sources.map(({ name, to, arrivals }) => [name, to, arrivals])).toEqual(
      [
        ["fn-001", [3, 0]],
        ["fn-002", [1, 9]],
        ["fn-003", [4, 4]],
      ].map(([name, counts]) => [
        name,
        name,
        { kind: "counts", countsPerMinute: Uint32Array.from(counts as number[]), placement: "uniform" },
      ]),
    );
  });

  it("may be cut to its first or its largest functions, and begin at a later minute", async () => {
    const keysOf = async (keys: string) =>
      (await load(trace(`file: i.csv, format: azure-2019, durations: d.csv, ${keys}`))).services.map(({ key }) => key);
    expect(await keysOf("limit: 1")).toEqual(["fn-001"]);
    expect(await keysOf("top: 2")).toEqual(["fn-002", "fn-003"]);
    const late = await load(
      trace("file: i.csv, format: azure-2019, durations: d.csv, traceFrom: 481, placement: even"),
    );
    expect(late.durationUs).toBe(60_000_000);
    expect(late.sources[1].arrivals).toEqual({ kind: "counts", countsPerMinute: Uint32Array.of(9), placement: "even" });
  });

  it("may take whole distributions of service times, through the true extremes", async () => {
    const { services } = await load(
      trace("file: i.csv, format: azure-2019, durations: d.csv, serviceTime: percentiles"),
    );
    const points = [
      [0, 1_000],
      [50, 200_000],
      [100, 900_000],
    ];
    expect(services[1].app?.serviceTime).toEqual({ kind: "percentiles", points });
  });

  it("makes services after a template", async () => {
    const template =
      "template: {containerConcurrency: 1, annotations: {autoscaling.knative.dev/window: 30s}, app: {coldStart: {boot: 1s}}}";
    const { services } = await load(trace(`file: i.csv, format: azure-2019, durations: d.csv, limit: 1, ${template}`));
    expect(services[0].object.template).toMatchObject({
      containerConcurrency: 1,
      annotations: { "autoscaling.knative.dev/window": "30s" },
    });
    expect(services[0].app).toMatchObject({ serviceTime: { us: 0 }, coldStart: { boot: { us: 1_000_000 } } });
    const bad = trace("file: i.csv, format: azure-2019, durations: d.csv, template: {containerConcurrency: -1}");
    expect(await errorsOf(bad, { files: FILES })).toEqual([
      "s.yaml:3:104: error: expected 0 <= -1 <= 1000: spec.template.spec.containerConcurrency",
    ]);
  });

  it("may be compressed", async () => {
    const files = { ...FILES, "i.csv": new Uint8Array(gzipSync(FILES["i.csv"] as string)) };
    const { services } = await scenarioOf(trace("file: i.csv, format: azure-2019, durations: d.csv"), { files });
    expect(services).toHaveLength(3);
  });

  it("says what it assumes without durations", async () => {
    expect(await problemsOf(trace("file: i.csv, format: azure-2019"), { files: FILES })).toEqual([
      "s.yaml:3:19: warning: a trace without durations; assuming serviceTime 100ms",
    ]);
    const files = { ...FILES, "d.csv": "HashFunction,Average\nf1,5\n" };
    expect(await problemsOf(trace("file: i.csv, format: azure-2019, durations: d.csv"), { files })).toEqual([
      's.yaml:3:64: warning: no row for "fn-002" and "fn-003"; assuming serviceTime 100ms',
    ]);
  });
});

describe("a trace of single invocations", () => {
  it("makes services in the order of their first row, each request with its own duration", async () => {
    const { services, sources, durationUs } = await load(trace("file: 2021.csv, format: azure-2021"));
    expect(services.map(({ key, traceId }) => [key, traceId])).toEqual([
      ["fn-001", "g"],
      ["fn-002", "f"],
    ]);
    expect(sources.map(({ arrivals, serviceTime }) => [arrivals, serviceTime])).toEqual([
      // 3 − 0.5 and 5 − 1.5
      [
        { kind: "at", timesUs: [2_500_000, 3_500_000] },
        { kind: "sequence", valuesUs: [500_000, 1_500_000] },
      ],
      [
        { kind: "at", timesUs: [2_000_000] },
        { kind: "sequence", valuesUs: [250_000] },
      ],
    ]);
    expect(durationUs).toBe(4_000_000);
  });

  it("may go to one service", async () => {
    const text = `${WITH_HELLO}traffic: [{to: hello, trace: {file: 2021.csv, format: azure-2021}}]\n`;
    const [source] = (await load(text)).sources;
    expect(source).toMatchObject({
      to: "hello",
      arrivals: { timesUs: [2_000_000, 2_500_000, 3_500_000] },
      serviceTime: { valuesUs: [250_000, 500_000, 1_500_000] },
    });
  });
});

describe("traces of arrivals and rates", () => {
  const to = (keys: string) => `${WITH_HELLO.replace("duration: 1m\n", "")}traffic: [{to: hello, trace: {${keys}}}]\n`;

  it("are arrivals in the order of time", async () => {
    const { sources, durationUs } = await load(to("file: t.csv, format: timestamps"));
    expect(sources[0].arrivals).toEqual({ kind: "at", timesUs: Float64Array.of(1_000_000, 2_500_000) });
    expect(durationUs).toBe(3_000_000);
  });

  it("are rates that hold, the last as long as the one before", async () => {
    const { sources, durationUs } = await load(to("file: r.csv, format: rates"));
    const steps = [
      [0, 5],
      [10_000_000, 7],
      [20_000_000, 0],
    ];
    expect(sources[0].arrivals).toEqual({ kind: "rate", process: "poisson", profile: { kind: "steps", steps } });
    expect(durationUs).toBe(20_000_000);
  });
});

describe("a trace with mistakes", () => {
  it("names each wrong line of its files and each wrong key", async () => {
    const files = {
      "a.csv": "HashOwner,HashApp,HashFunction,Trigger,1,2\no,a,f1,http,3,x\no,a,f2,http,3\n",
      "t.csv": "1\n2\nfoo\n",
      "r.csv": "time,rps\n0,5\n10,-1\n",
    };
    const text = `${WITH_HELLO}traffic:
  - trace: {file: a.csv, format: azure-2019, durations: none.csv}
  - {to: hello, trace: {file: t.csv, format: timestamps, limit: 5}}
  - {to: hello, trace: {file: r.csv, format: rates}}
  - trace: {file: t.csv, format: timestamps}
  - {to: hello, trace: {file: a.csv, format: azure-2019}}
  - trace: {format: foo}
`;
    expect(await errorsOf(text, { files })).toEqual([
      's.yaml:6:57: error: cannot read "none.csv": no such file',
      's.yaml:7:58: error: "limit" has no meaning with timestamps, only with "azure-2019" or "azure-2021"',
      's.yaml:9:5: error: missing key "to"',
      's.yaml:10:6: error: "to" has no meaning with azure-2019, which makes a service of every row',
      's.yaml:11:12: error: missing key "file"',
      's.yaml:11:21: error: expected one of azure-2019, azure-2021, timestamps, rates, found "foo"',
      'a.csv:2:1: error: column 2: expected a number of invocations, found "x"',
      "a.csv:3:1: error: expected 6 columns as in the header, found 5",
      't.csv:3:1: error: expected seconds or a time such as 2023-11-14T22:00:00Z, found "foo"',
      'r.csv:3:1: error: expected a rate from 0 to 1000000 per second, found "-1"',
    ]);
  });
});

describe("a trace with mistakes that are skipped", () => {
  const files = {
    "t.csv": `1\n2\nfoo\n${"bar\n".repeat(6)}3\n`,
    "a.csv": "HashFunction,1,2\nf,3,x\ng,1,2\n",
    "d.csv": "HashFunction,Average\ng,5\n",
    "r.csv": "time,rps\n0,5\n10,-1\n5,-1\n20,1\n",
  };
  const text = `${WITH_HELLO}traffic:
  - {to: hello, trace: {file: t.csv, format: timestamps}}
  - {to: hello, trace: {file: r.csv, format: rates}}
  - {trace: {file: a.csv, format: azure-2019, durations: d.csv}}
`;

  it("is replayed without them, and says how many", async () => {
    expect(await problemsOf(text, { files, skipBadLines: true })).toEqual([
      's.yaml:6:31: warning: "t.csv": skipped 7 bad lines: 3, 4, 5, 6, 7, …',
      's.yaml:7:31: warning: "r.csv": skipped 2 bad lines: 3 and 4',
      's.yaml:8:20: warning: "a.csv": skipped 1 bad line: 2',
    ]);
    const { sources, warnings } = await scenarioOf(text, { files, skipBadLines: true });
    expect(sources[0].arrivals).toEqual({ kind: "at", timesUs: Float64Array.of(1_000_000, 2_000_000, 3_000_000) });
    // The row that was skipped keeps its number.
    expect(sources[2].to).toBe("fn-002");
    expect(warnings.map(({ id }) => id)).toEqual(["W-bad-lines", "W-bad-lines", "W-bad-lines"]);
  });

  it("is of no use when nothing is left of it", async () => {
    const nothing = { ...files, "t.csv": "time\nfoo\n" };
    expect(await errorsOf(text, { files: nothing, skipBadLines: true })).toEqual([
      't.csv:2:1: error: expected seconds or a time such as 2023-11-14T22:00:00Z, found "foo"',
      's.yaml:6:31: error: "t.csv" contains no time',
    ]);
  });
});

describe("a file that is no trace of timestamps", () => {
  const text = `${WITH_HELLO}traffic: [{to: hello, trace: {file: t.csv, format: timestamps}}]\n`;
  const errorOf = (content: string | Uint8Array) => errorsOf(text, { files: { "t.csv": content } });

  it("is refused in a sentence", async () => {
    expect(await errorsOf(text)).toEqual(['s.yaml:5:37: error: cannot read "t.csv": no such file']);
    expect(await errorOf("")).toEqual(['s.yaml:5:37: error: "t.csv" contains no time']);
    const binary = 's.yaml:5:37: error: "t.csv" is not text: it contains a NUL byte';
    expect(await errorOf(Uint8Array.of(0x31, 0, 0x0a))).toEqual([binary]);
    const latin = 's.yaml:5:37: error: "t.csv" is not text: it must be UTF-8';
    expect(await errorOf(Uint8Array.of(0x31, 0x0a, 0xe9, 0x0a))).toEqual([latin]);
    const packed = new Uint8Array(gzipSync("1\n".repeat(5000)));
    const damaged = 's.yaml:5:37: error: "t.csv" is damaged: gzip cannot unpack it';
    expect(await errorOf(packed.subarray(0, packed.length - 12))).toEqual([damaged]);
  });

  it("may be compressed, or start with a byte order mark", async () => {
    for (const content of [new Uint8Array(gzipSync("1\n2.5\n")), "\uFEFF1\n2.5"]) {
      const [{ arrivals }] = (await scenarioOf(text, { files: { "t.csv": content } })).sources;
      expect(arrivals).toEqual({ kind: "at", timesUs: Float64Array.of(1_000_000, 2_500_000) });
    }
  });

  it("counts from its earliest date when nobody says the epoch", async () => {
    const files = { "t.csv": "2023-11-14T22:00:05Z\n2023-11-14T22:00:01Z\n" };
    const [dated] = (await scenarioOf(text, { files })).sources;
    expect(dated.arrivals).toEqual({ kind: "at", timesUs: Float64Array.of(0, 4_000_000) });
    const epoch = `epoch: 2023-11-14T22:00:00Z\n${text}`;
    const [placed] = (await scenarioOf(epoch, { files })).sources;
    expect(placed.arrivals).toEqual({ kind: "at", timesUs: Float64Array.of(1_000_000, 5_000_000) });
  });
});
