import { describe, expect, it } from "vitest";
import { type HeyResult, heyCsv, heySummary } from "../../src/lab/hey-summary.js";

const answer = (latencySeconds: number, status = 200): HeyResult => ({
  latencySeconds,
  status,
  error: "",
  bodyBytes: 14,
});

describe("hey's summary", () => {
  it("has hey's layout, with the fastest alone in the first row of the histogram", () => {
    // 100 answers: 0.01, 0.02, … 1.00 s. Marks: 0.01, 0.109, 0.208, …; the second row holds 0.02 … 0.10: 9 answers.
    const results = Array.from({ length: 100 }, (_, index) => answer((index + 1) / 100, index < 2 ? 502 : 200));
    expect(heySummary(results, 2.5)).toBe(
      `
Summary:
  Total:	2.5000 secs
  Slowest:	1.0000 secs
  Fastest:	0.0100 secs
  Average:	0.5050 secs
  Requests/sec:	40.0000
··
  Total data:	1400 bytes
  Size/request:	14 bytes

Response time histogram:
  0.010 [1]	|∎∎∎∎
  0.109 [9]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎
  0.208 [10]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎
  0.307 [10]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎
  0.406 [10]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎
  0.505 [10]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎
  0.604 [10]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎
  0.703 [10]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎
  0.802 [10]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎
  0.901 [10]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎
  1.000 [10]	|∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎∎


Latency distribution:
  10% in 0.1100 secs
  25% in 0.2600 secs
  50% in 0.5100 secs
  75% in 0.7600 secs
  90% in 0.9100 secs
  95% in 0.9600 secs
  99% in 1.0000 secs

Details (average, fastest, slowest):
  DNS+dialup:	0.0000 secs, 0.0100 secs, 1.0000 secs
  DNS-lookup:	0.0000 secs, 0.0000 secs, 0.0000 secs
  req write:	0.0000 secs, 0.0000 secs, 0.0000 secs
  resp wait:	0.5050 secs, 0.0100 secs, 1.0000 secs
  resp read:	0.0000 secs, 0.0000 secs, 0.0000 secs

Status code distribution:
  [200]	98 responses
  [502]	2 responses



`.replace("··", "  "),
    );
  });

  it("prints percentages that too few answers reach as zero", () => {
    // Two answers: the second is at 50 %, which passes 10 % and no other mark after it.
    const text = heySummary([answer(0.1), answer(0.2)], 1);
    expect(text).toContain("  10% in 0.2000 secs\n  0% in 0.0000 secs\n");
  });

  it("counts those without an answer as errors, and in the rate", () => {
    const lost: HeyResult = { latencySeconds: 20, status: null, error: "deadline", bodyBytes: 0 };
    const text = heySummary([answer(0.1), lost], 20);
    expect(text).toContain("  Requests/sec:\t0.1000\n");
    expect(text).toContain("  Slowest:\t0.1000 secs\n");
    expect(text).toContain("Error distribution:\n  [1]\tdeadline\n");
  });

  it("prints rows of values with -o csv", () => {
    expect(heyCsv([answer(0.25)])).toBe(
      "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read\n0.2500,0.0000,0.0000,0.0000,0.2500,0.0000\n\n",
    );
  });
});
