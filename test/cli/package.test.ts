import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const description = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** The files that a built file imports when it is loaded, itself included, with what they import from elsewhere. */
function loadedWith(file: URL, packages: Set<string> = new Set(), files: Set<string> = new Set()) {
  if (files.has(file.href)) return { files, packages };
  files.add(file.href);
  for (const [, from] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^;]*?"([^"]+)";$/gm)) {
    if (from.startsWith(".")) loadedWith(new URL(from, file), packages, files);
    else packages.add(from);
  }
  return { files, packages };
}

describe("the package", () => {
  it("has every file that it names", () => {
    const named = [...Object.values(description.bin), ...Object.values(description.exports).flatMap(Object.values)];
    for (const path of named) expect([path, existsSync(new URL(path, root))]).toEqual([path, true]);
  });

  it("needs nothing of Node where there is none", () => {
    const { files, packages } = loadedWith(new URL(description.exports["."].default, root));
    expect(files.size).toBeGreaterThan(1);
    expect([...packages]).toEqual([]);
  });

  it("loads no library for drawing with the command", () => {
    const { packages } = loadedWith(new URL(description.bin.knsim, root));
    expect([...packages].filter((name) => !isBuiltin(name))).toEqual([]);
  });

  it("loads no simulator with the command: its help needs none, and a run loads it in a thread", () => {
    const { files } = loadedWith(new URL(description.bin.knsim, root));
    expect([...files].filter((file) => file.endsWith("/core.js"))).toEqual([]);
    expect(loadedWith(new URL("dist/cli/library.js", root)).files.size).toBeGreaterThan(1);
    expect([...loadedWith(new URL("dist/cli/library.js", root)).files].join(" ")).toContain("/core.js");
  });

  it("brings the licences of what is part of it", () => {
    const licences = readFileSync(fileURLToPath(new URL("dist/cli/LICENCES.txt", root)), "utf8");
    for (const name of ["zod", "yaml", "yargs", "seedrandom"]) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.`, "m"));
    }
    for (const part of licences.split(`\n${"-".repeat(80)}\n\n`)) expect(part.length).toBeGreaterThan(500);
  });
});
