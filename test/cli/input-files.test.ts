import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findFiles } from "../../src/cli/input-files.js";
import { folder } from "./knsim.js";

function tree(...paths: readonly string[]): string {
  const home = folder();
  for (const path of paths) {
    mkdirSync(join(home, path, ".."), { recursive: true });
    writeFileSync(join(home, path), "");
  }
  return home;
}

describe("a pattern", () => {
  it("matches names with *, ? and sets, files only, and hidden ones only when it says so", async () => {
    const home = tree("a.yaml", "b1.yaml", "b2.yaml", "c.yml", ".hidden.yaml", "dir.yaml/x");
    const find = async (pattern: string) =>
      (await findFiles(`${home}/${pattern}`)).map((path) => path.slice(home.length + 1)).sort();
    expect(await find("*.yaml")).toEqual(["a.yaml", "b1.yaml", "b2.yaml"]);
    expect(await find("b?.yaml")).toEqual(["b1.yaml", "b2.yaml"]);
    expect(await find("b[2-9].yaml")).toEqual(["b2.yaml"]);
    expect(await find("b[!2].yaml")).toEqual(["b1.yaml"]);
    expect(await find(".h*.yaml")).toEqual([".hidden.yaml"]);
    expect(await find("z*.yaml")).toEqual([]);
  });

  it("goes through folders with * and any number of them with **", async () => {
    const home = tree("top.yaml", "one/x.yaml", "two/deep/x.yaml", ".git/x.yaml");
    const find = async (pattern: string) =>
      (await findFiles(`${home}/${pattern}`)).map((path) => path.slice(home.length + 1)).sort();
    expect(await find("*/x.yaml")).toEqual(["one/x.yaml"]);
    expect(await find("**/*.yaml")).toEqual(["one/x.yaml", "top.yaml", "two/deep/x.yaml"]);
  });
});
