import { describe, expect, it } from "vitest";
import { validateAnnotations } from "../../src/kube/annotation-validation.js";
import { parseAutoscalerConfig } from "../../src/kube/config.js";
import { fieldErrorsText } from "../../src/kube/field-error.js";
import { judge } from "./vectors.js";

interface Case {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly error: string;
}

describe("annotations", () => {
  it("says of every recorded set of annotations what Knative says", () => {
    const { cases, mismatches } = judge<Case>("annotations", ({ name, config, annotations, error }) => {
      const parsed = parseAutoscalerConfig(config);
      if (!parsed.ok) return [`${name}: the configuration was refused: ${parsed.error}`];
      const got = fieldErrorsText(validateAnnotations(parsed.config, annotations));
      return got === error ? [] : [`${name}: got ${JSON.stringify(got)}, want ${JSON.stringify(error)}`];
    });
    expect(cases).toBeGreaterThan(0);
    expect(mismatches.slice(0, 10)).toEqual([]);
  });
});
