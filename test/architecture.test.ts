import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** The layers of src/ and what each may use; a layer that seems to need its upper neighbour needs an interface below. */

/**
 * For each folder the paths in src/ it may import; `types:` before a path allows `import type` only.
 * A path without a slash is a whole folder.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  kube: ["engine/time", "engine/invariant", "types:engine/distribution"],
  model: ["engine", "kube"],
  workload: ["engine", "types:model"],
  scenario: ["engine", "kube", "workload"],
  measure: [
    "engine",
    "kube/byte-order",
    "model/observer",
    "scenario/expectation",
    "scenario/metric-pairing",
    "types:scenario",
  ],
  report: ["engine/time", "kube/byte-order", "measure", "types:scenario", "types:model/observer"],
  experiment: ["engine", "kube", "model", "workload", "scenario", "measure", "report"],
  lab: ["engine", "kube", "model", "workload", "scenario", "measure", "report", "experiment"],
  // The command knows the engine's word for a defect, and nothing else of what lies below the experiment.
  cli: ["experiment", "report", "lab", "scenario", "index", "types:measure", "engine/invariant"],
  // The library's public face re-exports and does nothing else.
  index: ["engine/invariant", "experiment", "scenario", "report", "types:measure", "types:model", "types:workload"],
  // Matchers for the user's own tests see no more of the library than the user does.
  vitest: ["types:index"],
};

/** Packages and where they may be imported; "lazily" = by a dynamic import, because loading them takes time. */
const PACKAGES: Readonly<Record<string, { readonly folders: readonly string[]; readonly lazily?: boolean }>> = {
  seedrandom: { folders: ["engine"] },
  yaml: { folders: ["scenario", "cli"] },
  zod: { folders: ["scenario"] },
  vega: { folders: ["report"], lazily: true },
  "vega-lite": { folders: ["report"], lazily: true },
  "@resvg/resvg-wasm": { folders: ["report"], lazily: true },
  yargs: { folders: ["cli"] },
  vitest: { folders: ["vitest"] },
};

/** What makes a run depend on when, where or by which version of JavaScript it is made; only cli may. */
const FORBIDDEN_GLOBALS = new Set([
  ...["Date", "performance", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
  ...["process", "console", "Intl", "crypto", "navigator", "Buffer", "require", "__dirname", "__filename"],
]);
const FORBIDDEN_MEMBERS = new Set([
  ...["Math.random", "Math.pow"],
  ...["toLocaleString", "toLocaleLowerCase", "toLocaleUpperCase", "toLocaleDateString", "localeCompare"],
]);

const SRC = new URL("../src", import.meta.url).pathname;

interface SourceFile {
  /** Below src/, with forward slashes. */
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

const FILES: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .sort()
  .map((path) => {
    const text = readFileSync(join(SRC, path), "utf8");
    const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    const slashed = path.replaceAll("\\", "/");
    return { path: slashed, folder: slashed.split("/")[0].replace(/\.ts$/, ""), text, tree };
  });

interface Import {
  readonly from: string;
  readonly typesOnly: boolean;
  readonly dynamic: boolean;
}

function importsOf({ tree }: SourceFile): Import[] {
  const imports: Import[] = [];
  visit(tree, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const everyNameIsType =
        clause?.name === undefined &&
        named !== undefined &&
        ts.isNamedImports(named) &&
        named.elements.every((element) => element.isTypeOnly);
      const typesOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || everyNameIsType;
      imports.push({ from: node.moduleSpecifier.text, typesOnly, dynamic: false });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      imports.push({ from: node.moduleSpecifier.text, typesOnly: node.isTypeOnly, dynamic: false });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteral(specifier))
        imports.push({ from: specifier.text, typesOnly: false, dynamic: true });
    }
  });
  return imports;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

/** The path below src/, without ending, of a relative import. */
function target(file: SourceFile, from: string): string {
  const path = relative(SRC, join(SRC, file.path, "..", from));
  return path.replaceAll("\\", "/").replace(/\.[jt]s$/, "");
}

function isAllowed(file: SourceFile, path: string, typesOnly: boolean): boolean {
  if (file.folder !== "index" && path.startsWith(`${file.folder}/`)) return true;
  return MAY_IMPORT[file.folder].some((rule) => {
    const needsTypes = rule.startsWith("types:");
    const prefix = needsTypes ? rule.slice("types:".length) : rule;
    return (path === prefix || path.startsWith(`${prefix}/`)) && (typesOnly || !needsTypes);
  });
}

describe("the layers", () => {
  it("are the ones of the table, and nothing lies beside them", () => {
    const folders = new Set(FILES.map(({ folder }) => folder));
    expect([...folders].filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
    expect(FILES.filter(({ path }) => !path.includes("/")).map(({ path }) => path)).toEqual(["index.ts", "vitest.ts"]);
  });

  it("import only what lies below them", () => {
    const wrong = FILES.flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => from.startsWith("."))
        .filter(({ from, typesOnly }) => !isAllowed(file, target(file, from), typesOnly))
        .map(({ from, typesOnly }) => `${file.path} imports ${target(file, from)}${typesOnly ? " (types)" : ""}`),
    );
    expect(wrong).toEqual([]);
  });

  it("import packages only where they belong, and slow ones lazily", () => {
    const wrong = FILES.flatMap((file) =>
      importsOf(file)
        .filter(({ from, typesOnly }) => !from.startsWith(".") && !from.startsWith("node:") && !typesOnly)
        .filter(({ from, dynamic }) => {
          const name = from
            .split("/")
            .slice(0, from.startsWith("@") ? 2 : 1)
            .join("/");
          const rule = PACKAGES[name];
          return !rule?.folders.includes(file.folder) || (rule.lazily === true && !dynamic);
        })
        .map(({ from }) => `${file.path} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  it("have no import cycles", () => {
    const edges = new Map(
      FILES.map((file) => [
        file.path.replace(/\.ts$/, ""),
        importsOf(file)
          .filter(({ from, typesOnly, dynamic }) => from.startsWith(".") && !typesOnly && !dynamic)
          .map(({ from }) => target(file, from)),
      ]),
    );
    expect(cycleIn(edges)).toEqual([]);
  });
});

/** The first cycle found, as the paths along it; empty when there is none. */
function cycleIn(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const finished = new Set<string>();
  const search = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (finished.has(path)) return [];
    for (const next of edges.get(path) ?? []) {
      const cycle = search(next, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    finished.add(path);
    return [];
  };
  for (const path of edges.keys()) {
    const cycle = search(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

describe("everything but the command", () => {
  const below = FILES.filter(({ folder }) => folder !== "cli");

  it("imports nothing of Node, so that it runs in a browser", () => {
    const wrong = below.flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => from.startsWith("node:"))
        .map(({ from }) => `${file.path} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });

  it("uses no clock, no terminal, no locale, no chance but the seed's, and no power function", () => {
    expect(below.flatMap(forbiddenUses)).toEqual([]);
  });
});

function forbiddenUses(file: SourceFile): string[] {
  const uses: string[] = [];
  const report = (node: ts.Node, what: string) => {
    const { line } = file.tree.getLineAndCharacterOfPosition(node.getStart());
    uses.push(`${file.path}:${line + 1} ${what}`);
  };
  const own = namesDeclaredIn(file.tree);
  visit(file.tree, (node) => {
    if (ts.isIdentifier(node) && FORBIDDEN_GLOBALS.has(node.text) && !own.has(node.text) && !isOnlyAName(node))
      report(node, node.text);
    if (ts.isPropertyAccessExpression(node)) {
      const member = node.name.text;
      const whole = `${node.expression.getText()}.${member}`;
      if (FORBIDDEN_MEMBERS.has(whole) || FORBIDDEN_MEMBERS.has(member)) report(node, whole);
    }
    if (ts.isBinaryExpression(node) && isPower(node) && !ts.isBigIntLiteral(node.left)) report(node, "**");
  });
  return uses;
}

/** Powers of numbers depend on the version of the engine; those of big integers are exact. */
function isPower({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken;
}

/** Whether the identifier names a property rather than standing for a value: `{process: "poisson"}`, `source.process`. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent)) &&
      parent.name === node) ||
    (ts.isMethodDeclaration(parent) && parent.name === node) ||
    (ts.isBindingElement(parent) && parent.propertyName === node)
  );
}

/** Names of variables and parameters the file declares itself; such a name is not the global one. */
function namesDeclaredIn(tree: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  visit(tree, (node) => {
    if (
      (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) &&
      ts.isIdentifier(node.name)
    )
      names.add(node.name.text);
  });
  return names;
}

describe("every file of src", () => {
  it("says somewhere in a docstring what it is for, unless it only passes on another's exports", () => {
    const silent = FILES.filter(
      ({ text, tree }) => !text.includes("/**") && !tree.statements.every(ts.isExportDeclaration),
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it("is named in kebab-case after a concept, never utils or common", () => {
    const names = FILES.map(({ path }) => path.split("/").at(-1)!);
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(name))).toEqual([]);
    expect(names.filter((name) => /^(utils?|common|helpers?|misc)\./.test(name))).toEqual([]);
  });
});
