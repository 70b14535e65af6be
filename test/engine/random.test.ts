import tychei from "seedrandom/lib/tychei.js";
import { describe, expect, it } from "vitest";
import { createStreams, type RandomStream } from "../../src/engine/random.js";

function draws(stream: RandomStream, count = 5): number[] {
  return Array.from({ length: count }, () => stream.uniform());
}

describe("random streams", () => {
  it("gives one stream per name, which goes on where it was", () => {
    const streams = createStreams("1");
    expect(streams.get("work/web")).toBe(streams.get("work/web"));
  });

  it("gives the same numbers for the same seed and name, whatever else is drawn", () => {
    const alone = draws(createStreams("42").get("work/web"));
    const streams = createStreams("42");
    draws(streams.get("arrivals/other"), 1000);
    expect(draws(streams.get("work/web"))).toEqual(alone);
  });

  it("takes 42 and its text for the same seed, 007 and 7 for two", () => {
    expect(draws(createStreams(String(42)).get("a"))).toEqual(draws(createStreams("42").get("a")));
    expect(draws(createStreams("007").get("a"))).not.toEqual(draws(createStreams("7").get("a")));
  });

  it("keeps seed and name apart", () => {
    expect(draws(createStreams("1").get("1/a"))).not.toEqual(draws(createStreams("1/1").get("a")));
    expect(draws(createStreams("").get("a"))).not.toEqual(draws(createStreams("a").get("")));
  });

  it("never changes its numbers: they are part of every published result", () => {
    const stream = createStreams("42").get("work/web");
    expect([stream.uniform(), stream.uniform(), stream.uniform53()]).toMatchInlineSnapshot(`
      [
        0.6226895831059664,
        0.48567740921862423,
        0.2548151010996076,
      ]
    `);
  });

  it("draws what the generator of the package draws", () => {
    const stream = createStreams("42").get("route/web");
    const generator = tychei("2:42/route/web", { state: true });
    for (let i = 0; i < 10_000; i++) expect(stream.uniform()).toBe((generator.int32() >>> 0) / 4_294_967_296);
  });

  it("is independent of a stream with a similar name", () => {
    const streams = createStreams("7");
    const a = draws(streams.get("cold-start/hello-00001/1"), 10_000);
    const b = draws(streams.get("cold-start/hello-00001/2"), 10_000);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const covariance = mean(a.map((value, i) => (value - 0.5) * (b[i] - 0.5)));
    // Var(uv) = 1/144 for independent uniforms about their means: 5 standard deviations of the mean of 10^4.
    expect(Math.abs(covariance)).toBeLessThan(5 / 12 / 100);
    expect(Math.abs(mean(a) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / 10_000));
  });

  it("starts well: the first numbers of a thousand streams are spread evenly", () => {
    const streams = createStreams("7");
    const cells = new Array<number>(10).fill(0);
    for (let i = 0; i < 1000; i++) cells[Math.floor(streams.get(`pod/${i}`).uniform() * 10)]++;
    // Chi-square with 9 degrees of freedom exceeds 33.7 once in 10^4.
    expect(cells.reduce((sum, count) => sum + ((count - 100) * (count - 100)) / 100, 0)).toBeLessThan(33.7);
  });

  it("fills 32 and 53 bits", () => {
    const stream = createStreams("7").get("bits");
    const short = draws(stream, 1000);
    const long = Array.from({ length: 1000 }, () => stream.uniform53());
    for (const value of [...short, ...long]) expect(value >= 0 && value < 1).toBe(true);
    expect(short.every((value) => Number.isInteger(value * 0x1_0000_0000))).toBe(true);
    expect(long.every((value) => Number.isInteger(value * 0x20_0000_0000_0000))).toBe(true);
    expect(long.some((value) => !Number.isInteger(value * 0x10_0000_0000_0000))).toBe(true);
  });
});
