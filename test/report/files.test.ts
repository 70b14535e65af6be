import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/measure/run-record.js";
import { type ReportOptions, reportFiles } from "../../src/report/files.js";
import { usePngAssets } from "../../src/report/png.js";
import { TextBytes } from "../../src/report/text-bytes.js";
import type { Scenario } from "../../src/scenario/scenario.js";
import { SAMPLE_RUN, SAMPLE_SCENARIO, SAMPLE_SUMMARY } from "./sample-run.js";

const COMMAND = "knsim run 'he<llo>.yaml' --seed 42";

async function filesOf(
  options: Partial<ReportOptions> = {},
  run: RunRecord = SAMPLE_RUN,
  scenario: Scenario = SAMPLE_SCENARIO,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { name, bytes } of reportFiles(run, scenario, {
    charts: true,
    requests: false,
    command: COMMAND,
    ...options,
  })) {
    files.set(name, bytes);
  }
  return files;
}

const text = (files: Map<string, Uint8Array>, name: string) => new TextDecoder().decode(files.get(name));

let files: Map<string, Uint8Array>;

beforeAll(async () => {
  const font = new URL("../../assets/fonts/inter.ttc", import.meta.url);
  const wasm = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
  usePngAssets(async () => ({ wasm: await readFile(wasm), font: await readFile(font) }));
  files = await filesOf({ requests: true });
});

describe("a report folder", () => {
  it("has the files of the contract", () => {
    expect([...files.keys()].sort()).toEqual([
      "decisions.jsonl",
      "events.jsonl",
      "index.html",
      "latency.png",
      "latency.svg",
      "latency.vl.json",
      "pods.png",
      "pods.svg",
      "pods.vl.json",
      "requests.csv",
      "scenario.json",
      "summary.json",
      "timeline.csv",
    ]);
  });

  it("has the same bytes the second time", async () => {
    const again = await filesOf({ requests: true });
    for (const [name, bytes] of files) {
      const hash = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
      expect(hash(again.get(name)!), name).toBe(hash(bytes));
    }
  });

  it("ends every text file with one line feed and has no byte order mark or carriage return", () => {
    for (const name of files.keys()) {
      if (name.endsWith(".png")) continue;
      expect(text(files, name), name).toMatch(/[^\n]\n$/);
      expect(files.get(name)![0], name).not.toBe(0xef);
      expect(files.get(name)!.includes(0x0d), name).toBe(false);
    }
  });

  it("writes a row per second and revision, 360 of the first and 215 of the second", () => {
    const lines = text(files, "timeline.csv").trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 360 + 215); // the second exists from 145 s on
  });

  it("leaves out pictures without charts, and what the scenario turned off", async () => {
    const few = await filesOf({ charts: false }, SAMPLE_RUN, {
      ...SAMPLE_SCENARIO,
      report: { ...SAMPLE_SCENARIO.report, timeline: "none", decisions: false, events: false },
    });
    expect([...few.keys()]).toEqual(["summary.json", "scenario.json", "index.html"]);
  });

  it("draws even a run in which nothing happened", async () => {
    const nothing: RunRecord = {
      summary: { ...SAMPLE_SUMMARY, revisions: {}, services: {}, expectations: [], warnings: [] },
      timeline: () => [],
      decisions: () => [],
      events: () => [],
      requests: () => [],
    };
    const empty = await filesOf({}, nothing);
    expect(text(empty, "latency.svg")).toContain("virtual time");
    expect(text(empty, "index.html")).toContain("No pod started from cold.");
  });

  it("writes a large file in pieces that follow each other", () => {
    const bytes = new TextBytes(100_000);
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < 30_000; i++) {
      bytes.add(`line ${i}\n`);
      if (bytes.isFull) pieces.push(bytes.take());
    }
    pieces.push(bytes.take());
    expect(pieces.length).toBeGreaterThan(2);
    const lines = pieces
      .map((piece) => new TextDecoder().decode(piece))
      .join("")
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(30_000);
    expect(lines[29_999]).toBe("line 29999");
  });
});

describe("the pictures", () => {
  it.each(["latency", "pods"])("%s says what it shows, in which unit of time, and from which seed", (name) => {
    const svg = text(files, `${name}.svg`);
    expect(svg).toContain(name === "latency" ? "response time of completed requests" : "how many the autoscaler wants");
    expect(svg).toContain("seed 42");
    expect(svg).toContain("virtual time since the start of the run");
    expect(svg).toContain(">panic<");
    expect(svg).toContain(">5m<");
    expect(svg).toContain(">hello-00002<");
  });

  it("gives latencies their unit and a logarithmic axis where 80 ms and 2.3 s meet", () => {
    expect(text(files, "latency.svg")).toContain(">500 ms<");
    expect(text(files, "latency.svg")).toContain(">2 s<");
    expect(text(files, "latency.svg")).toContain("logarithmic");
  });

  it("marks cold starts, failed requests and the user's commands", () => {
    const svg = text(files, "latency.svg");
    for (const label of ["cold start of a pod", "failed requests", "service update hello --image example/hello:v2"]) {
      expect(svg).toContain(label);
    }
    expect(svg).toContain("&lt;b&gt;all traffic");
  });

  it("has no coordinate with more than two decimals", () => {
    for (const name of ["latency.svg", "pods.svg"]) {
      expect(text(files, name).match(/ (?:d|transform|x|y|width|height)="[^"]*\.\d{3}[^"]*"/)).toBeNull();
    }
  });

  it("are PNG files of twice the size", () => {
    const svg = text(files, "latency.svg");
    const [, width] = /^<svg[^>]* width="(\d+)"/.exec(svg)!;
    const png = files.get("latency.png")!;
    expect([...png.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47]); // PNG
    expect(new DataView(png.buffer, png.byteOffset).getUint32(16)).toBe(2 * Number(width));
  });

  it("come with a Vega-Lite specification that is valid JSON", () => {
    expect(JSON.parse(text(files, "pods.vl.json")).$schema).toContain("vega-lite/v6");
  });

  it("stay small for a run of a day", async () => {
    const day: RunRecord = {
      ...SAMPLE_RUN,
      summary: { ...SAMPLE_SUMMARY, to: 86_400, drainedAt: 86_400 },
      *timeline() {
        const [row] = [...SAMPLE_RUN.timeline()].filter(({ t }) => t === 100);
        for (let t = 0; t < 86_400; t++) {
          yield { ...row, t, p99Ms: t === 40_000 ? 9999 : 200 + (t % 7), podsReady: t % 5 };
        }
      },
    };
    const large = await filesOf({}, day);
    const svg = text(large, "latency.svg");
    expect(svg.length).toBeLessThan(200_000);
    // 9.999 s, one second of 86,400, still asks for an axis up to 10 s.
    expect(svg).toContain(">10 s<");
  });
});

describe("index.html", () => {
  it("shows the complete scenario, unless it would be most of the page", async () => {
    const long = { ...SAMPLE_SCENARIO, completed: { description: "<".repeat(1_000_001) } };
    expect(text(files, "index.html")).toContain("every default filled in</summary><pre>{");
    const html = text(await filesOf({ charts: false }, SAMPLE_RUN, long), "index.html");
    expect(html).toContain("The complete scenario is in scenario.json");
    expect(html.length).toBeLessThan(1_000_000);
  });

  it("needs no script and nothing from elsewhere", () => {
    const html = text(files, "index.html");
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son\w+=/i);
    expect(html).not.toMatch(/https?:/);
  });

  it("shows names with markup as text", () => {
    const html = text(files, "index.html");
    expect(html).toContain("no &lt;i&gt;errors&lt;/i&gt;");
    expect(html).toContain("&lt;b&gt;all traffic&lt;/b&gt; to v2");
    expect(html).toContain("he&lt;llo&gt;.yaml");
    expect(html).not.toContain("<i>");
    expect(html).not.toContain("<b>all");
  });

  it("holds figures, both pictures, split, load, cold starts, story, expectations, warnings and the command", () => {
    const html = text(files, "index.html");
    for (const part of [
      "36,860",
      "response time of completed requests",
      "how many the autoscaler wants",
      "Share of the main traffic of",
      "target × ready pods",
      "container start",
      "went from 1 to 2 pods",
      "p(95) &lt; 300ms",
      "hello.yaml:12:18",
      "--seed 42",
      "hello-00002",
    ]) {
      expect(html).toContain(part);
    }
  });

  it("tells at most two hundred sentences and says how many it leaves out", async () => {
    const busy: RunRecord = {
      ...SAMPLE_RUN,
      *events() {
        for (let t = 0; t < 1000; t++) yield { t: t / 4, kind: "Note", text: `note ${t}` };
      },
    };
    const html = text(await filesOf({ charts: false }, busy), "index.html");
    expect(html).toContain(">note 199<");
    expect(html).not.toContain(">note 200<");
    expect(html).toContain("800 further sentences left out");
  });
});
