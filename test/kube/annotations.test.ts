import { describe, expect, it } from "vitest";
import {
  ANNOTATION,
  durationAnnotation,
  floatAnnotation,
  int32Annotation,
  readAutoscalingAnnotations,
} from "../../src/kube/annotations.js";

const GROUP = "autoscaling.knative.dev";

describe("annotations at run time", () => {
  it("prefers the documented spelling even when its value is unusable", () => {
    const both = { [`${GROUP}/min-scale`]: "junk", [`${GROUP}/minScale`]: "3" };
    expect(int32Annotation(both, ANNOTATION.minScale)).toBeNull();
    expect(int32Annotation({ [`${GROUP}/minScale`]: "3" }, ANNOTATION.minScale)).toBe(3);
  });

  it("treats what does not parse as absent", () => {
    expect(int32Annotation({ [`${GROUP}/max-scale`]: "2147483648" }, ANNOTATION.maxScale)).toBeNull();
    expect(floatAnnotation({ [`${GROUP}/target`]: "70%" }, ANNOTATION.target)).toBeNull();
    expect(durationAnnotation({ [`${GROUP}/window`]: "60" }, ANNOTATION.window)).toBeNull();
  });

  it("is not fooled by names that every object has", () => {
    expect(int32Annotation({}, ["toString"])).toBeNull();
  });

  it("reads all of a template's settings at once, times in microseconds", () => {
    const annotations = {
      [`${GROUP}/class`]: "kpa.autoscaling.knative.dev",
      [`${GROUP}/target`]: "7.5",
      [`${GROUP}/window`]: "90s",
      "serving.knative.dev/progress-deadline": "30s",
    };
    expect(readAutoscalingAnnotations(annotations)).toMatchObject({
      class: "kpa.autoscaling.knative.dev",
      target: 7.5,
      windowUs: 90_000_000,
      progressDeadlineUs: 30_000_000,
      minScale: null,
      metric: null,
    });
  });
});
