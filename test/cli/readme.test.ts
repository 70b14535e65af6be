import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { vectors } from "../golden/vectors.js";
import { SCENARIOS } from "./knsim.js";

/** What the README promises, held against what is there. */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const scenarios = readdirSync(SCENARIOS).filter((name) => name.endsWith(".yaml") && !name.endsWith("-service.yaml"));

function section(title: string): string {
  return README.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? "";
}

describe("the README", () => {
  it("starts quickly with exactly two commands", () => {
    const fenced = [...section("Quick start").matchAll(/^```\w*\n(.*?)\n```$/gms)].map(([, command]) => command);
    expect(fenced).toEqual(["npm ci && npm start", "npm ci && npm test"]);
  });

  it("names the test command that .ci/run runs", () => {
    expect(readFileSync(join(ROOT, ".ci/run"), "utf8")).toContain("(npm ci && npm test)");
  });

  it("lists every scenario, and no other", () => {
    const listed = [...section("A scenario").matchAll(/\(scenarios\/([a-z-]+\.yaml)\)/g)].map(([, name]) => name);
    expect(listed.sort()).toEqual(scenarios);
  });

  it("tells how many vectors of each family there are", () => {
    const told = [...section("Validation").matchAll(/^\| ([a-z-]+) \| [^|]* \| ([\d,]+) \| all \|/gm)];
    const counts = told.map(([, family, count]) => [family, Number(count.replace(",", ""))] as const);
    const files = readdirSync(join(ROOT, "test/golden/data")).filter((name) => name.endsWith(".jsonl.gz"));
    expect(counts.map(([family]) => `${family}.jsonl.gz`).sort()).toEqual(files.sort());
    expect(counts).toEqual(counts.map(([family]) => [family, vectors(family).length]));
  });

  it("shows only pictures and links only files that exist in the repository", () => {
    const links = [...README.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path);
    const tracked = (path: string) => readdirSync(join(ROOT, path, "..")).includes(path.split("/").at(-1)!);
    expect(links.filter((path) => !tracked(path))).toEqual([]);
  });
});

describe("every shipped scenario", () => {
  it.each(scenarios)("%s opens with Shows and Try, and with the schema for editors", (name) => {
    const [shows, tries, schema] = readFileSync(join(SCENARIOS, name), "utf8").split("\n");
    expect(shows).toMatch(/^# Shows {2}\S/);
    expect(tries).toMatch(/^# Try {4}\S/);
    expect(schema).toBe("# yaml-language-server: $schema=../schema/scenario.schema.json");
  });
});
