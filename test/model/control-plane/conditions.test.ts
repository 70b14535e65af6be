import { describe, expect, it } from "vitest";
import { type Condition, type ConditionMarks, reconcileConditions } from "../../../src/model/conditions.js";
import { brief } from "./cluster.js";

const DEPENDENTS = ["Cold", "Warm"];

function pass(
  before: readonly Condition[],
  nowUs: number,
  mark: (marks: ConditionMarks) => void,
  isNewGeneration = false,
): readonly Condition[] {
  return reconcileConditions({ dependents: DEPENDENTS, before, nowUs, isNewGeneration }, mark);
}

const times = (conditions: readonly Condition[]) => conditions.map(({ lastTransitionUs }) => lastTransitionUs);

/** Both dependents True, all since 1. */
const HAPPY = pass([], 1, (marks) => {
  marks.markTrue("Cold");
  marks.markTrue("Warm");
});

describe("the conditions of an object", () => {
  it("start as Unknown, sorted by type, Ready among them", () => {
    expect(brief(pass([], 1, () => {}))).toEqual(["Cold Unknown", "Ready Unknown", "Warm Unknown"]);
  });

  it("are Ready when every dependent is True, without a reason", () => {
    expect(brief(HAPPY)).toEqual(["Cold True", "Ready True", "Warm True"]);
    const half = pass([], 1, (marks) => marks.markTrue("Cold", "Because"));
    expect(brief(half)).toEqual(["Cold True Because", "Ready Unknown", "Warm Unknown"]);
  });

  it("initialise a dependent that is new to True when Ready is True", () => {
    const before = HAPPY.filter(({ type }) => type !== "Warm");
    expect(brief(pass(before, 2, () => {}))).toEqual(["Cold True", "Ready True", "Warm True"]);
  });

  it("show at Ready the reason and message of the dependent that was set Unknown or False", () => {
    const unknown = pass(HAPPY, 2, (marks) => marks.markUnknown("Warm", "Wait", "a while"));
    expect(unknown[1]).toMatchObject({ type: "Ready", status: "Unknown", reason: "Wait", message: "a while" });
    const failed = pass(HAPPY, 2, (marks) => marks.markFalse("Warm", "Broken", "badly"));
    expect(failed[1]).toMatchObject({ type: "Ready", status: "False", reason: "Broken", message: "badly" });
  });

  it("stay False when another dependent becomes Unknown: False beats Unknown", () => {
    const failed = pass(HAPPY, 2, (marks) => marks.markFalse("Cold", "Broken", "badly"));
    const both = pass(failed, 3, (marks) => marks.markUnknown("Warm", "Wait", "a while"));
    expect(brief(both)).toEqual(["Cold False Broken", "Ready False Broken", "Warm Unknown Wait"]);
    // Ready did not change, so it keeps its time.
    expect(times(both)).toEqual([2, 2, 3]);
  });

  it("show the failure that is left when one of two dependents recovers, and an Unknown after the last failure", () => {
    const failed = pass(HAPPY, 2, (marks) => {
      marks.markFalse("Cold", "First", "");
      marks.markFalse("Warm", "Second", "");
    });
    expect(failed[1].reason).toBe("Second");
    const recovered = pass(failed, 3, (marks) => marks.markTrue("Warm"));
    expect(brief(recovered)).toEqual(["Cold False First", "Ready False First", "Warm True"]);
    const waiting = pass(recovered, 4, (marks) => {
      marks.markUnknown("Warm", "Wait", "");
      marks.markTrue("Cold");
    });
    expect(brief(waiting)).toEqual(["Cold True", "Ready Unknown Wait", "Warm Unknown Wait"]);
  });

  it("show the most recently changed of several that are unhappy alike", () => {
    const three = ["Cold", "Hot", "Warm"];
    const mark = (before: readonly Condition[], nowUs: number, by: (marks: ConditionMarks) => void) =>
      reconcileConditions({ dependents: three, before, nowUs }, by);
    const first = mark([], 1, (marks) => marks.markUnknown("Warm", "Older", ""));
    const second = mark(first, 2, (marks) => marks.markUnknown("Cold", "Newer", ""));
    expect(mark(second, 3, (marks) => marks.markTrue("Hot"))[2]).toMatchObject({ type: "Ready", reason: "Newer" });
    // Within one pass the order of marking decides.
    const third = mark(first, 2, (marks) => {
      marks.markUnknown("Cold", "Newer", "");
      marks.markUnknown("Warm", "Newest", "");
      marks.markTrue("Hot");
    });
    expect(third[2].reason).toBe("Newest");
  });

  it("of a type that Ready does not depend on never touch Ready and have severity Info", () => {
    const idle = pass(HAPPY, 2, (marks) => marks.markFalse("Active", "NoTraffic", "idle"));
    expect(brief(idle)).toEqual(["Active False NoTraffic", "Cold True", "Ready True", "Warm True"]);
    expect(idle.map(({ severity }) => severity)).toEqual(["Info", "", "", ""]);
    expect(times(idle)).toEqual([2, 1, 1, 1]);
  });

  it("change their time with status, reason or message, all changed in one pass to the same time, and not otherwise", () => {
    const renamed = pass(HAPPY, 2, (marks) => marks.markTrue("Cold", "Other"));
    expect(times(renamed)).toEqual([2, 1, 1]);
    const reworded = pass(
      pass(HAPPY, 2, (marks) => marks.markUnknown("Cold", "Wait", "one")),
      3,
      (marks) => marks.markUnknown("Cold", "Wait", "two"),
    );
    expect(times(reworded)).toEqual([3, 3, 1]);
  });

  it("are the very same list after a pass that changed nothing, whatever it marked in between", () => {
    const after = pass(HAPPY, 2, (marks) => {
      marks.markUnknown("Cold", "Wait", "");
      marks.markTrue("Cold");
    });
    expect(after).toBe(HAPPY);
  });

  it("say that a new generation was not observed unless the pass says otherwise", () => {
    const silent = pass(HAPPY, 2, () => {}, true);
    expect(silent[1]).toMatchObject({
      status: "Unknown",
      reason: "NewObservedGenFailure",
      message: "unsuccessfully observed a new generation",
    });
    expect(pass(HAPPY, 2, (marks) => marks.markTrue("Cold"), true)).toBe(HAPPY);
  });

  it("of an object without dependents are set at Ready itself", () => {
    const none = (before: readonly Condition[], nowUs: number, mark: (marks: ConditionMarks) => void) =>
      reconcileConditions({ dependents: [], before, nowUs }, mark);
    const failed = none([], 1, (marks) => marks.markFalse("Ready", "RevisionFailed", "x"));
    expect(brief(failed)).toEqual(["Ready False RevisionFailed"]);
    expect(brief(none(failed, 2, (marks) => marks.markUnknown("Ready")))).toEqual(["Ready Unknown"]);
    expect(brief(none(failed, 2, (marks) => marks.markTrue("Ready")))).toEqual(["Ready True"]);
  });
});
