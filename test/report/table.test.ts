import { describe, expect, it } from "vitest";
import { clock, latency, plain, span } from "../../src/report/number-words.js";
import { summaryTable } from "../../src/report/table.js";
import { SAMPLE_SUMMARY } from "./sample-run.js";

describe("the table on the terminal", () => {
  const text = summaryTable(SAMPLE_SUMMARY, { color: false, reportFolder: "reports/hello" });

  it("says first what ran and whether it passed", () => {
    expect(text.split("\n")[0]).toBe("hello  seed 42, 5m30s of virtual time  FAILED, 1 of 2 expectations");
  });

  it("shows requests, latency, cold starts and pods with units", () => {
    expect(text).toContain("36,860 offered");
    expect(text).toContain("16 failed (16 × 503)");
    expect(text).toContain("p95 212 ms");
    expect(text).toContain("312 requests waited (0.85 %)"); // 312 of 36,860
    expect(text).toContain("901 pod-seconds");
  });

  it("aligns its columns without trailing spaces", () => {
    const lines = text.split("\n");
    expect(lines.filter((line) => line.endsWith(" "))).toEqual([]);
    const heading = lines.find((line) => line.startsWith("revision"))!;
    const row = lines.find((line) => line.startsWith("hello-00001"))!;
    expect(heading.indexOf("requests") + "requests".length).toBe(row.indexOf("27,000") + "27,000".length);
  });

  it("ends with what to look at next and where the report is", () => {
    expect(text).toMatch(/next {4}"errors == 0" fails with 16, first broken at 1m02.3s/);
    expect(text.endsWith("report  reports/hello/index.html\n")).toBe(true);
  });

  it("reads the same without colour", () => {
    const coloured = summaryTable(SAMPLE_SUMMARY, { color: true, reportFolder: "reports/hello" });
    expect(coloured).not.toBe(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(text);
  });

  it("says so when nothing completed and nothing was expected", () => {
    const { latency: figures } = SAMPLE_SUMMARY;
    const none = { ...figures, mean: null, p50: null, p95: null, p99: null, max: null };
    const skipped = [{ ...SAMPLE_SUMMARY.expectations[0], pass: true, actual: "skipped: no baseline" }];
    expect(summaryTable({ ...SAMPLE_SUMMARY, expectations: skipped }, { color: false })).toMatch(
      /^- {2}.* {2}skipped: no baseline$/m,
    );
    const empty = summaryTable({ ...SAMPLE_SUMMARY, latency: none, expectations: [], revisions: {} }, { color: false });
    expect(empty).toContain("no expectations");
    expect(empty).toContain("p95 –");
  });

  it("shows the eight busiest revisions of a fleet and counts the rest", () => {
    const figures = SAMPLE_SUMMARY.revisions["hello-00001"];
    const revisions = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [
        `fn-${String(i).padStart(4, "0")}-00001`,
        { ...figures, requests: { ...figures.requests, offered: i } },
      ]),
    );
    const fleet = summaryTable({ ...SAMPLE_SUMMARY, revisions }, { color: false });
    expect(fleet).toContain("fn-0999-00001");
    expect(fleet).not.toContain("fn-0991-00001");
    expect(fleet).toContain("and 992 revisions with less traffic");
  });
});

describe("figures in words", () => {
  it.each([
    [0, "0"],
    [1234567.891, "1,234,567.89"],
    [-0.001, "0"],
    [-1234.5, "-1,234.5"],
  ])("prints %d as %s", (value, text) => expect(plain(value)).toBe(text));

  it.each([
    [0.5, "0.5 ms"],
    [84.25, "84.3 ms"],
    [999.4, "999 ms"],
    [2412.308, "2.41 s"],
    [180_000, "3m0s"],
  ])("prints %d ms as %s", (ms, text) => expect(latency(ms)).toBe(text));

  it.each([
    [0, "0s"],
    [2.745, "2.7s"],
    [62, "1m02s"],
    [3725.04, "1h02m05s"],
  ])("prints %d s on the clock as %s", (seconds, text) => expect(clock(seconds)).toBe(text));

  it.each([
    [600, "10m"],
    [3600, "1h"],
    [5400, "1h30m"],
    [90.5, "1m30.5s"],
  ])("prints a length of %d s as %s", (seconds, text) => expect(span(seconds)).toBe(text));
});
