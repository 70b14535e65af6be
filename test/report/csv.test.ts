import { describe, expect, it } from "vitest";
import type { TimelineRow } from "../../src/measure/run-record.js";
import { REQUESTS_HEADER, requestLine, TIMELINE_HEADER, timelineLine } from "../../src/report/csv.js";
import { SAMPLE_REQUESTS } from "./sample-run.js";

const ROW: TimelineRow = {
  t: 62,
  service: "hello",
  revision: "hello-00001",
  offered: 40,
  completed: 37,
  errors: 3,
  concurrency: 4.25,
  queuedActivator: 0.0625,
  queuedPods: 0,
  desired: 4,
  podsReady: 1,
  podsStarting: 3,
  podsTerminating: 0,
  stable: 3.5,
  panic: 237.123456,
  panicking: true,
  excessBurstCapacity: -349,
  mode: "proxy",
  percent: 90,
  p50Ms: 80.123,
  p95Ms: 1204.7,
  p99Ms: 2000,
  requested: 4,
};

describe("timeline.csv", () => {
  it("writes counts as whole numbers and all other figures with three decimals", () => {
    expect(timelineLine(ROW)).toBe(
      "62,hello,hello-00001,40,37,3,4.250,0.063,0.000,4,1,3,0,3.500,237.123,true,-349,proxy,90,80.123,1204.700,2000.000,4\n",
    );
  });

  it("leaves a cell empty when there is nothing yet", () => {
    const row: TimelineRow = {
      ...ROW,
      revision: "",
      desired: null,
      podsReady: null,
      podsStarting: null,
      podsTerminating: null,
      stable: null,
      panic: null,
      panicking: null,
      excessBurstCapacity: null,
      mode: null,
      percent: null,
      p50Ms: null,
      p95Ms: null,
      p99Ms: null,
      requested: null,
    };
    expect(timelineLine(row)).toBe("62,hello,,40,37,3,4.250,0.063,0.000,,,,,,,,,,,,,,\n");
  });

  it("has a heading for each cell", () => {
    expect(TIMELINE_HEADER.split(",")).toHaveLength(timelineLine(ROW).split(",").length);
  });
});

describe("requests.csv", () => {
  it("writes the arrival in seconds with six decimals and waits in milliseconds with three", () => {
    expect(requestLine(SAMPLE_REQUESTS[0])).toBe(
      "hello-1,2.000001,hello,hello-00001,hello-00001-deployment-1,200,2231.500,2130.000,0.000,100.000,true,hello,1,proxy,,node-1\n",
    );
  });

  it("leaves status, latency and pod of a request still in flight empty", () => {
    expect(requestLine(SAMPLE_REQUESTS[1])).toBe("hello-2,2.500000,hello,,,,,,,,false,hello,2,,canary,\n");
  });

  it("has a heading for each cell", () => {
    expect(REQUESTS_HEADER.split(",")).toHaveLength(requestLine(SAMPLE_REQUESTS[0]).split(",").length);
  });
});
