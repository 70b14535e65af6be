import { describe, expect, it } from "vitest";
import { countAxis, latencyAxis, timeAxis } from "../../src/report/axis.js";
import { coordinate, escapeMarkup, tidySvg } from "../../src/report/svg.js";
import { Thinning } from "../../src/report/thinning.js";

const labels = (axis: { readonly ticks: readonly { readonly label: string }[] }) =>
  axis.ticks.map(({ label }) => label);

describe("axes", () => {
  it("labels ten minutes of virtual time by the minute", () => {
    expect(labels(timeAxis(600))).toEqual(["0s", "1m", "2m", "3m", "4m", "5m", "6m", "7m", "8m", "9m", "10m"]);
  });

  it("labels a second by tenths", () => {
    expect(labels(timeAxis(0.95))).toEqual([
      "0s",
      "0.1s",
      "0.2s",
      "0.3s",
      "0.4s",
      "0.5s",
      "0.6s",
      "0.7s",
      "0.8s",
      "0.9s",
    ]);
  });

  it("has room for any length of run", () => {
    for (const end of [0, 1, 59, 3600, 86_400, 31_536_000, 1e9]) {
      const { ticks, domain } = timeAxis(end);
      expect(ticks.length).toBeLessThanOrEqual(11);
      expect(domain[1]).toBeGreaterThan(0);
    }
  });

  it("counts pods in whole steps", () => {
    expect(labels(countAxis(5, { whole: true }))).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(labels(countAxis(1, { whole: true }))).toEqual(["0", "1"]);
    expect(labels(countAxis(2300, { whole: true }))).toEqual(["0", "500", "1,000", "1,500", "2,000"]);
  });

  it("is logarithmic when the slowest takes more than twenty times as long as the fastest", () => {
    expect(latencyAxis(80, 1600).scale).toBe("linear"); // 1600 / 80 = 20
    const axis = latencyAxis(80, 1700);
    expect(axis).toMatchObject({ scale: "log", domain: [50, 2000] });
    expect(labels(axis)).toEqual(["50 ms", "100 ms", "200 ms", "500 ms", "1 s", "2 s"]);
  });

  it("keeps to powers of ten over many decades, and starts at 0 when linear", () => {
    expect(labels(latencyAxis(0.5, 20_000))).toEqual(["1 ms", "10 ms", "100 ms", "1 s", "10 s"]);
    expect(latencyAxis(80, 100).domain[0]).toBe(0);
  });

  it("shows something even when nothing completed", () => {
    expect(labels(latencyAxis(Number.POSITIVE_INFINITY, 0))).toEqual(["0 ms", "1 ms"]);
  });
});

describe("thinning", () => {
  it("keeps everything when a bucket is no longer than a row", () => {
    const thinning = new Thinning<number>(1);
    for (let t = 0; t < 5; t++) thinning.add(t, t % 2, () => t);
    expect(thinning.points()).toEqual([0, 1, 2, 3, 4]);
  });

  it("keeps the lowest and the highest of each bucket in order of time", () => {
    const thinning = new Thinning<number>(5);
    [3, 9, 4, 1, 2, 7, 7, 7, 7, 7].forEach((weight, t) => {
      thinning.add(t, weight, () => t);
    });
    // 0–4: highest 9 at 1, lowest 1 at 3; 5–9: all equal, the first stands for all
    expect(thinning.points()).toEqual([1, 3, 5]);
  });
});

describe("SVG", () => {
  it("rounds coordinates to hundredths and leaves texts alone", () => {
    expect(tidySvg('<path d="M1.23456,7e-17L100,2.5" fill="#123456"/><text x="0.12345">p = 1.23456</text>')).toBe(
      '<path d="M1.23,0L100,2.5" fill="#123456"/><text x="0.12">p = 1.23456</text>\n',
    );
  });

  it("prints no negative zero", () => expect(coordinate(-0.001)).toBe("0"));

  it("escapes what markup could be made of", () => {
    expect(escapeMarkup(`<a href="x" title='y'>&</a>`)).toBe(
      "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;",
    );
  });
});
