import { describe, expect, it } from "vitest";
import { ProgressLine, progressText } from "../../src/cli/progress.js";
import type { Terminal } from "../../src/cli/terminal.js";

function terminal(isInteractive: boolean, columns = 80): Terminal & { readonly remarks: string[] } {
  const remarks: string[] = [];
  const colour = { results: false, remarks: false };
  return { remarks, print: () => {}, remark: (text) => void remarks.push(text), isInteractive, colour, columns };
}

describe("the progress line", () => {
  it("tells how far, how fast and how long yet", () => {
    // A quarter done in 10 s: the rest takes 30 s.
    const text = progressText("canary", { t: 150, until: 600, requests: 2_000_000 }, 10);
    expect(text).toBe("canary   25 %  150 of 600 s  2.0 M requests  200 k/s  ETA 30 s");
  });

  it("knows no estimate before anything is done", () => {
    expect(progressText("canary", { t: 0, until: 600, requests: 0 }, 1)).toBe(
      "canary    0 %  0 of 600 s  0 requests  0/s",
    );
  });

  it("is rewritten at most ten times a second and removed at the end", () => {
    const seen = terminal(true);
    let now = 0;
    const line = new ProgressLine("x", seen, true, () => now);
    for (const [ms, t] of [
      [50, 1],
      [120, 2],
      [170, 3],
      [230, 4],
    ]) {
      now = ms;
      line.update({ t, until: 10, requests: t });
    }
    line.clear();
    expect(seen.remarks).toHaveLength(3);
    expect(seen.remarks[0]).toContain("2 of 10 s");
    expect(seen.remarks[2]).toBe("\r\u001b[K");
  });

  it("is shown on a terminal only, and fits into its width", () => {
    const file = terminal(false);
    const narrow = terminal(true, 30);
    let now = 0;
    for (const seen of [file, narrow]) {
      now = 0;
      const line = new ProgressLine("a-long-name-of-a-scenario", seen, true, () => now);
      now = 1000;
      line.update({ t: 1, until: 10, requests: 1 });
      line.clear();
    }
    expect(file.remarks).toEqual([]);
    expect(narrow.remarks[0].replace("\r\u001b[K", "")).toHaveLength(29);
  });
});
