import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.js";
import type { KnVersion } from "../../src/lab/lab-session.js";
import { playScript } from "../../src/lab/script.js";

const read = (name: string) => readFileSync(new URL(`walk-through/${name}`, import.meta.url), "utf8");
const SCRIPT = read("walk-through.lab");
const EXPECTED = read("expected.txt");

async function transcript(seed: string, knVersion: KnVersion = "current"): Promise<string> {
  let text = "";
  const print = (more: string) => {
    text += more;
  };
  const files = {
    readText: () => Promise.reject(new Error("no files here")),
    writeReport: () => Promise.reject(new Error("no files here")),
  };
  const lab = await Lab.create({ seed, knVersion, files, print });
  expect(await playScript(SCRIPT, lab, print)).toBe(true);
  return text;
}

const BODIES: Readonly<Record<string, string>> = {
  "00001": "Hello First!\n",
  "00002": "Hello Second!\n",
  "00003": "Hello world: Second",
};
const CURL = '$ curl -H "Host:hello.default.example.com" 10.0.0.15\n';
const LESS_THAN_100 =
  "unable to allocate the remaining traffic: 10%. Reason: incorrect number of revisions specified. Only 1 revision should be missing";

/** The hand-written transcript as a pattern; see walk-through/README.md. */
function patternOf(expected: string, knVersion: KnVersion): RegExp {
  const isOld = knVersion === "0.26";
  const parts = expected
    .replaceAll("·", " ")
    .split(/(\{[^}]*\})/)
    .map((part) => (part.startsWith("{") ? placeholder(part.slice(1, -1), isOld) : escaped(part)));
  return new RegExp(`^${parts.join("")}$`);
}

function placeholder(name: string, isOld: boolean): string {
  const curls = /^(\d+) curls: (.*)$/.exec(name);
  if (curls) {
    const bodies = curls[2].split(", ").map((revision) => escaped(CURL + BODIES[revision]));
    return `(?:${bodies.join("|")}){${curls[1]}}`;
  }
  const pod = /^pod (.*)$/.exec(name);
  if (pod) return `${pod[1]}-deployment-[bcdfghjklmnpqrstvwxz2456789]{9}-[bcdfghjklmnpqrstvwxz2456789]{5}`;
  switch (name) {
    case "time":
      return "  [0-9]\\.\\d{3}s";
    case "132 s":
      return "13\\d\\.\\d{3}s";
    case "again":
      return "(?:[ \\d]{2}\\d\\.\\d{3}s \\.\\.\\.\\n)*";
    case "age":
      return "(?:\\d+[sm])+";
    case "go":
    case "rust":
      return "[0-9a-f]{6}";
    case "want <=":
      return isOld ? "" : "<=";
    case "90":
      return escaped(isOld ? "given traffic percents sum to 90, want 100" : LESS_THAN_100);
    default:
      return `(?:${name.split("|").map(escaped).join("|")})`;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The part of a transcript from one command to another. */
function between(text: string, from: string, to: string): string {
  const start = text.indexOf(`$ ${from}`);
  return text.slice(start, text.indexOf(`$ ${to}`, start));
}

describe("the walk-through of a real cluster", () => {
  it("comes out byte for byte as written down for seed 1", async () => {
    expect(await transcript("1")).toBe(read("seed-1.txt"));
  });

  it("was written down by hand, all but what the seed decides", () => {
    expect(read("seed-1.txt")).toMatch(patternOf(EXPECTED, "current"));
  });

  it.each(["2", "course", "2026"])("has the same structure with seed %s", async (seed) => {
    const text = await transcript(seed);
    expect(text).toMatch(patternOf(EXPECTED, "current"));
    const lastSplit = between(
      text,
      "kn service update hello --traffic hello-00003=50 --traffic hello-00002=25",
      "sleep 2s",
    );
    for (const body of Object.values(BODIES)) expect(lastSplit).toContain(`10.0.0.15\n${body}`);
  });

  it("refuses sums other than 100 in the words of kn 0.26 when asked to", async () => {
    const text = await transcript("1", "0.26");
    expect(text).toContain("Error: given traffic percents sum to 110, want 100\n");
    expect(text).toContain("Error: given traffic percents sum to 90, want 100\n");
    expect(text).toMatch(patternOf(EXPECTED, "0.26"));
  });
});
