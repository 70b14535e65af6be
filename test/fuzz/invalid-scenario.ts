import * as fc from "fast-check";
import { asText, type ScenarioObject, validScenario } from "./valid-scenario.js";

/** Random scenarios of which nothing is promised: a valid one with something put in, taken out or garbled. */

const JUNK: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e12,
  1e308,
  0.5,
  "",
  " ",
  "x",
  "NaN",
  "Infinity",
  "-5s",
  "100y",
  "1e9h",
  "9999999999999999999s",
  "\u0000",
  "<script>alert(1)</script>",
  "../../etc/passwd",
  "%{x}",
  [],
  {},
  [[[[]]]],
  [null],
  { __proto__x: 1 },
  { a: { b: { c: {} } } },
  "0x10",
  "1_000",
  "~",
  "=",
  "!!js/function",
  "*a",
  "&a",
  "{{",
  "\ud800",
  "a".repeat(300),
  -0,
  2 ** 31,
  2 ** 53,
];

const KEYS = [
  "x",
  "to",
  "rate",
  "__proto__",
  "constructor",
  "toString",
  "name",
  "at",
  "",
  " ",
  "durration",
  "min",
  "max",
  "a.b",
  "🦊",
];

interface Change {
  readonly at: number;
  readonly junk: number;
  readonly key: number;
  readonly how: "replace" | "remove" | "add" | "double";
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  junk: fc.nat({ max: JUNK.length - 1 }),
  key: fc.nat({ max: KEYS.length - 1 }),
  how: fc.constantFrom("replace", "replace", "remove", "add", "double"),
});

/** Every place in the object, its containers included. */
function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inside = Object.entries(value).flatMap(([key, child]) =>
    places(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inside];
}

function changed(scenario: ScenarioObject, { at, junk, key, how }: Change): ScenarioObject {
  const copy = structuredClone(scenario);
  const all = places(copy).slice(1);
  if (all.length === 0) return copy;
  const path = all[at % all.length];
  let parent: Record<string | number, unknown> = copy;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string | number, unknown>;
  const last = path[path.length - 1];
  const old = parent[last];
  if (how === "remove") {
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  } else if (how === "add" && typeof old === "object" && old !== null && !Array.isArray(old)) {
    Object.defineProperty(old, KEYS[key], { value: JUNK[junk], enumerable: true, configurable: true, writable: true });
  } else if (how === "double" && Array.isArray(old)) parent[last] = [...old, ...old];
  else parent[last] = JUNK[junk];
  return copy;
}

const garbled = fc
  .tuple(
    validScenario.map(asText),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 4 }), fc.string({ maxLength: 3 })), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map(([text, edits]) => {
    let result = text;
    for (const [at, length, insertion] of edits) {
      const position = at % (result.length + 1);
      result = result.slice(0, position) + insertion + result.slice(position + length);
    }
    return result;
  });

/** Text in a scenario's place: mostly none, now and then one after all. */
export const anyScenarioText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(validScenario, fc.array(change, { minLength: 1, maxLength: 3 }))
      .map(([scenario, changes]) => asText(changes.reduce(changed, scenario))),
  },
  { weight: 3, arbitrary: garbled },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);
