import { describe, expect, it } from "vitest";
import { type ClusterConfig, defaultClusterConfig, parseDefaultsConfig } from "../../src/kube/config.js";
import { fieldErrorsText } from "../../src/kube/field-error.js";
import { type JsonObject, objectAt } from "../../src/kube/json-shape.js";
import { defaultService, serviceErrors } from "../../src/kube/validation.js";
import { differingFields, judge } from "./vectors.js";

interface Case {
  readonly name: string;
  /** Data of config-defaults. */
  readonly config: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, number>>;
  readonly serviceName: string;
  readonly revisionName: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly configError: string;
  readonly error: string;
  readonly defaulted: Readonly<Record<string, number>> | null;
  readonly errorAfterDefaults: string;
}

const FIELDS = ["containerConcurrency", "timeoutSeconds", "responseStartTimeoutSeconds", "idleTimeoutSeconds"];

describe("revision-validation", () => {
  it("defaults and judges every recorded revision template as Knative does", () => {
    const { cases, mismatches } = judge<Case>("revision-validation", (item) =>
      differences(item).map((text) => `${item.name}: ${text}`),
    );
    expect(cases).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});

function differences(item: Case): string[] {
  const parsed = parseDefaultsConfig(item.config);
  if (!parsed.ok || item.configError !== "") {
    return differingFields({ configError: parsed.ok ? "" : parsed.error }, { configError: item.configError });
  }
  const config: ClusterConfig = { ...defaultClusterConfig(), defaults: parsed.config };
  const written = manifest(item);
  const defaulted = defaultService(written, config);
  const spec = objectAt(objectAt(objectAt(defaulted, "spec"), "template"), "spec");
  const values = Object.fromEntries(FIELDS.filter((field) => field in spec).map((field) => [field, spec[field]]));
  return [
    ...differingFields(
      {
        error: fieldErrorsText(serviceErrors(written, config)),
        errorAfterDefaults: fieldErrorsText(serviceErrors(defaulted, config)),
      },
      { error: item.error, errorAfterDefaults: item.errorAfterDefaults },
    ),
    ...differingFields(values, item.defaulted!),
  ];
}

/** The service of a case, with traffic that is valid before defaulting, so that only the template is judged. */
function manifest({ serviceName, revisionName, annotations, spec }: Case): JsonObject {
  const name = revisionName === "" ? {} : { name: revisionName };
  return {
    metadata: { name: serviceName },
    spec: {
      template: {
        metadata: { ...name, annotations },
        spec: { ...spec, containers: [{ image: "example/hello" }] },
      },
      traffic: [{ latestRevision: true, percent: 100 }],
    },
  };
}
