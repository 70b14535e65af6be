import { describe, expect, it } from "vitest";
import { defaultClusterConfig } from "../../src/kube/config.js";
import { type FieldError, fieldErrorsText } from "../../src/kube/field-error.js";
import { type JsonObject, objectAt } from "../../src/kube/json-shape.js";
import { defaultRoute, defaultService, routeErrors, serviceErrors } from "../../src/kube/validation.js";
import { judge } from "./vectors.js";

interface Case {
  readonly name: string;
  readonly kind: "service" | "route";
  readonly objectName: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly traffic: readonly JsonObject[] | null;
  readonly error: string;
  readonly defaulted: readonly JsonObject[] | null;
  readonly errorAfterDefaults: string;
}

const config = defaultClusterConfig();

const byKind: Record<
  Case["kind"],
  { withDefaults(object: JsonObject): JsonObject; errors(object: JsonObject): FieldError[] }
> = {
  service: {
    withDefaults: (object) => defaultService(object, config),
    errors: (object) => serviceErrors(object, config),
  },
  route: { withDefaults: defaultRoute, errors: routeErrors },
};

describe("route-validation", () => {
  it("defaults and judges every recorded traffic block as Knative does", () => {
    const { cases, mismatches } = judge<Case>("route-validation", (item) => {
      const { withDefaults, errors } = byKind[item.kind];
      const written = manifest(item);
      const defaulted = withDefaults(written);
      const traffic = objectAt(defaulted, "spec").traffic ?? [];
      return [
        ...difference("error", fieldErrorsText(errors(written)), item.error),
        ...difference("defaulted", sorted(traffic), sorted(item.defaulted ?? [])),
        ...difference("errorAfterDefaults", fieldErrorsText(errors(defaulted)), item.errorAfterDefaults),
      ].map((text) => `${item.name}: ${text}`);
    });
    expect(cases).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

/** The object of a case: for a service, around a minimal valid template. */
function manifest({ kind, objectName, annotations, traffic }: Case): JsonObject {
  const template = { spec: { containers: [{ image: "example/hello" }] } };
  return {
    metadata: { name: objectName, annotations },
    spec: { ...(kind === "service" ? { template } : {}), ...(traffic ? { traffic } : {}) },
  };
}

function difference(what: string, got: string, want: string): string[] {
  return got === want ? [] : [`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`];
}

/** JSON with sorted keys, so that the order in which fields were set does not matter. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([left], [right]) => (left < right ? -1 : 1)))
      : item,
  );
}
