import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { defineConfig, type Plugin } from "rolldown";

const WORDS = [
  ...["engine/invariant", "experiment/version", "kube/byte-order", "kube/nearest-name"],
  ...["lab/shell-quoting", "scenario/diagnostics", "scenario/nearest-name"],
];

/**
 * The package as it is shipped: a few files instead of three hundred of ours and as many of others, which Node would look
 * up one by one on every start (0.2 s), and with the constants of other modules as constants.
 *
 * What runs in browsers (`index`) shares no file with what needs Node. Libraries that only charts need stay outside and
 * are loaded when a chart is drawn.
 */
export default defineConfig({
  input: {
    main: "src/cli/main.ts",
    "run-thread": "src/cli/run-thread.ts",
    "simulation-worker": "src/cli/simulation-worker.ts",
    library: "src/cli/library.ts",
    index: "src/index.ts",
    vitest: "src/vitest.ts",
  },
  external: [...builtinModules, /^node:/, /^vega/, /^@resvg\//, /^vitest/],
  platform: "neutral",
  resolve: { mainFields: ["module", "main"], conditionNames: ["import", "default"] },
  plugins: [licences()],
  output: {
    // As deep as the sources: what they look for beside them must be there.
    dir: "dist/cli",
    cleanDir: true,
    // The sources have them; here they would be read on every start.
    comments: { legal: true, annotation: true, jsdoc: false },
    chunkFileNames: "[name].js",
    codeSplitting: {
      groups: [
        // What the command needs of the library before it does anything: `knsim --help` does without the rest.
        { name: "words", test: new RegExp(`/src/(${WORDS.join("|")})\\.ts$`), priority: 1 },
        { name: "core", test: /\/src\/(?!cli\/|vitest|index\.ts)/ },
        { name: "arguments", test: /\/node_modules\// },
      ],
    },
  },
});

/** Puts the licences of all packages that are part of the files beside them. */
function licences(): Plugin {
  return {
    name: "licences",
    generateBundle(_options, bundle) {
      const folders = new Set<string>();
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk") continue;
        for (const id of file.moduleIds) {
          const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];
          if (folder !== undefined) folders.add(folder);
        }
      }
      const texts = [...folders].sort().map((folder) => {
        const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        return `${name} ${version}, ${license}\n\n${licenceText(folder).trim()}\n`;
      });
      this.emitFile({ type: "asset", fileName: "LICENCES.txt", source: texts.join(`\n${"-".repeat(80)}\n\n`) });
    },
  };
}

/** What a package says of its licence: in a file, or at the end of its README. */
function licenceText(folder: string): string {
  const fileOf = (name: RegExp) => readdirSync(folder).find((entry) => name.test(entry));
  const file = fileOf(/^licen[cs]e/i) ?? fileOf(/^readme/i);
  if (file === undefined) return "";
  const text = readFileSync(join(folder, file), "utf8");
  return /^readme/i.test(file) ? (/^#* ?licen[cs]e\b.*$[\s\S]*/im.exec(text)?.[0] ?? "") : text;
}
