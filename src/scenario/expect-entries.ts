import { isMap, isScalar, isSeq } from "yaml";
import type { Duration } from "../engine/time.js";
import { type DiagnosticList, listNames, type Place } from "./diagnostics.js";
import { parseExpectation, type Selector } from "./expectation.js";
import { KINDS } from "./expectation-parser.js";
import { describe } from "./fields.js";
import { K6_METRICS } from "./metrics.js";
import { nearestName } from "./nearest-name.js";
import type { Scenario } from "./scenario.js";
import type { ServiceNames } from "./service-names.js";
import { placeInText } from "./text-place.js";
import { keyText, type Path, scalarText, toPlain, type Value, type YamlDocument } from "./yaml-document.js";

type Expectation = Scenario["expectations"][number];

const KEYS = ["expect", "name", "level", "over", "because"];
const LEVELS = ["error", "warn"] as const;
const OVERS = ["each", "mean", "median", "confident"] as const;

interface Context {
  readonly document: YamlDocument;
  readonly problems: DiagnosticList;
  readonly run: { readonly warmupUs: Duration; readonly durationUs: Duration };
  readonly services: ServiceNames;
  readonly sources: readonly string[];
}

/**
 * The entries of `expect`: a line, a line that YAML reads as `selector: rest`, or an object around a line (contract
 * details B). Each line is parsed, so that its mistakes show before the run.
 */
export function loadExpectations(context: Context): readonly Expectation[] {
  const list = context.document.find(["expect"]);
  if (!isSeq(list)) return [];
  return list.items.flatMap((item, index) => {
    const value = context.document.resolve(item);
    const written = value && lineOf(value, ["expect", index], context);
    if (!written) return [];
    const { text, place, placeAt } = written;
    const parsed = parseExpectation(text, context.run);
    if (!parsed.ok) context.problems.error("E-expect", placeAt(parsed.offset), parsed.error, parsed.suggestion);
    else if (parsed.expectation.selector !== null) checkName(parsed.expectation.selector, placeAt, context);
    const { file, line, column } = place;
    return [{ text, name: written.name, level: written.level, over: written.over, position: { file, line, column } }];
  });
}

/** A service or source that can never exist is a mistake; what revisions there will be is known only after the run. */
function checkName({ kind, name, offset }: Selector, placeAt: (offset: number) => Place, context: Context): void {
  const { services, sources, problems } = context;
  if (name === "*" || kind === "revision") return;
  if (kind === "source") {
    if (sources.includes(name)) return;
    const suggestion = nearestName(name, sources);
    const known =
      sources.length === 0
        ? "there are no sources"
        : `there ${sources.length === 1 ? "is" : "are"} ${listNames(sources, { word: "and" })}`;
    const message = `unknown source ${JSON.stringify(name)}${suggestion === null ? `; ${known}` : ""}`;
    problems.error("E-ref", placeAt(offset), message, suggestion);
    return;
  }
  const resolved = services.resolve(name);
  const mayBeRevision = kind === null && services.all().some((key) => name.startsWith(`${key}-`));
  if (resolved.ok || mayBeRevision) return;
  if (Object.hasOwn(K6_METRICS, name)) {
    const message = `${name} of k6 is ${K6_METRICS[name]} here; what stands before the colon is a service, revision or source`;
    problems.error("E-ref", placeAt(offset), message);
    return;
  }
  problems.error("E-ref", placeAt(offset), resolved.error, resolved.suggestion ?? misspeltKind(name));
}

/** `sevice/hello` → `service/hello`; null when what stands before the slash is no misspelt kind. */
function misspeltKind(name: string): string | null {
  const [kind, ...rest] = name.split("/");
  const nearest = rest.length === 1 ? nearestName(kind, KINDS) : null;
  return nearest === null ? null : `${nearest}/${rest[0]}`;
}

interface Line {
  readonly text: string;
  readonly name: string | null;
  readonly level: Expectation["level"];
  readonly over: Expectation["over"];
  readonly place: Place;
  /** Where a character of the text stands. */
  readonly placeAt: (offset: number) => Place;
}

function lineOf(value: Value, path: Path, context: Context): Line | null {
  const { document, problems } = context;
  const place = document.place(path);
  const plain = { name: null, level: "error", over: "each" } as const;
  if (isScalar(value) && value.value !== null)
    return { ...plain, text: scalarText(value), place, placeAt: (offset) => placeInText(document, path, offset) };
  if (isMap(value) && document.get(value, "expect") !== null) return objectLine(path, context);
  if (isMap(value) && value.items.length === 1) {
    const [{ key }] = value.items;
    const selector = keyText(key);
    const rest = document.get(value, selector);
    if (isScalar(rest) && rest.value !== null) {
      const text = `${selector}: ${scalarText(rest)}`;
      const start = selector.length + 2;
      const placeAt = (offset: number) =>
        offset < start ? place : placeInText(document, [...path, selector], offset - start);
      return { ...plain, text, place, placeAt };
    }
  }
  problems.error(
    "E-type",
    place,
    `expected an expectation such as p(95) < 300ms, found ${describe(toPlain(document, value))}`,
  );
  return null;
}

function objectLine(path: Path, { document, problems }: Context): Line | null {
  const map = document.find(path);
  if (!isMap(map)) return null;
  for (const { key } of map.items) {
    const name = keyText(key);
    if (KEYS.includes(name)) continue;
    const nearest = nearestName(name, KEYS);
    const accepted = nearest === null ? `; accepted: ${listNames(KEYS)}` : "";
    problems.error(
      "E-key",
      document.keyPlace(map, key, [...path, name]),
      `unknown key ${JSON.stringify(name)}${accepted}`,
      nearest,
    );
  }
  const text = (key: string): string | null => {
    const value = document.get(map, key);
    if (value === null || (isScalar(value) && value.value !== null)) return value && scalarText(value as never);
    problems.error(
      "E-type",
      document.place([...path, key]),
      `expected text, found ${describe(toPlain(document, value))}`,
    );
    return null;
  };
  const word = <const Word extends string>(key: string, words: readonly Word[]): Word => {
    const written = text(key);
    if (written === null || words.includes(written as Word)) return (written as Word | null) ?? words[0];
    const message = `expected one of ${words.join(", ")}, found ${describe(written)}`;
    problems.error("E-type", document.place([...path, key]), message, nearestName(written, words));
    return words[0];
  };
  const line = text("expect");
  const rest = { name: text("name"), level: word("level", LEVELS), over: word("over", OVERS) };
  text("because");
  if (line === null) return null;
  const at: Path = [...path, "expect"];
  return { ...rest, text: line, place: document.place(at), placeAt: (offset) => placeInText(document, at, offset) };
}
