import { readFileSync } from "node:fs";
import { decideCase } from "../../src/experiment/decide.js";
import { parseRecordedCase } from "../../src/experiment/recorded-case.js";
import { SCENARIOS } from "./measured.js";

/** Rows that are single decisions (D1, F): files of recorded metrics, as `knsim decide` takes them. */

export interface Check {
  readonly what: string;
  readonly expected: number;
  readonly got: number | null;
  readonly allowed: number;
  readonly passes: boolean;
}

export interface Decided {
  readonly id: string;
  readonly file: string;
  readonly checks: readonly Check[];
}

/** D1 is exact; the rows of F allow an excess burst capacity that is off by one. */
export const DECISION_FILES: readonly { readonly id: string; readonly file: string; readonly allowed: number }[] = [
  { id: "D1", file: "d1.jsonl", allowed: 0 },
  { id: "F1", file: "f1.jsonl", allowed: 1 },
  { id: "F2", file: "f2.jsonl", allowed: 1 },
  { id: "F3", file: "f3.jsonl", allowed: 1 },
  { id: "F4", file: "f4.jsonl", allowed: 1 },
];

/** Decides every case of the file and compares with the `want` of each decision; its averages are what the row gives. */
export function decideFile({ id, file, allowed }: (typeof DECISION_FILES)[number]): Decided {
  const lines = readFileSync(`${SCENARIOS}${file}`, "utf8").trimEnd().split("\n");
  const checks = lines.flatMap((line) => {
    const parsed = parseRecordedCase(line, true);
    if ("problems" in parsed) throw new Error(`${file}: ${JSON.stringify(parsed.problems)}`);
    const { recorded } = parsed;
    const wants = recorded.steps.flatMap(({ want }) => (want === undefined ? [] : [want]));
    return decideCase(recorded).flatMap((decision, index) =>
      Object.entries(wants[index]).flatMap(([field, expected]): Check[] => {
        const got = decision[field as keyof typeof decision] as number | null;
        if (field === "stable" || field === "panic") {
          if (got !== expected) throw new Error(`${file}: ${field} is ${got}, meant to be ${expected}`);
          return [];
        }
        if (typeof expected !== "number") throw new Error(`${file}: ${field} is no number`);
        const off = field === "excessBurstCapacity" ? allowed : 0;
        const passes = got !== null && Math.abs(got - expected) <= off;
        return [{ what: `${recorded.name}, t = ${decision.t} s: ${field}`, expected, got, allowed: off, passes }];
      }),
    );
  });
  return { id, file, checks };
}
