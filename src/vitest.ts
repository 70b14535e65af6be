import { expect } from "vitest";
import type { Judged, Result } from "./index.js";

/**
 * Matchers for autoscaling policies in vitest: `import "knsim/vitest"` registers them, in a test or in a setup file.
 *
 * Both judge by repeating the run, which is a function of its scenario and seed.
 */

/** What the matchers add to `expect(result)`. */
export interface PolicyMatchers {
  /** The run meets a line of `expect:`, such as `p(95) < 300ms` or `hello: max(pods) <= 10 during 1m..5m`. */
  toMeet(expectation: string): void;
  /**
   * No pod is ready this long after the last response at the latest, in Go's duration syntax: `90s`. The run must go on
   * for long enough to see it.
   *
   * @param options `of`: the service or revision; default: all of them
   */
  toScaleToZeroWithin(duration: string, options?: { readonly of?: string }): void;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: an interface can only be extended as vitest declares it.
  interface Matchers<T = any> extends PolicyMatchers {}
}

/** What a matcher of vitest returns. */
interface Verdict {
  readonly pass: boolean;
  message(): string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** For `expect.extend(matchers)`, where vitest is installed more than once. */
export const matchers = {
  toMeet(received: unknown, expectation: string): Verdict {
    const result = resultOf(received, "toMeet");
    return verdict(result, result.judge(expectation), `to meet ${expectation}`);
  },

  toScaleToZeroWithin(received: unknown, duration: string, { of }: { readonly of?: string } = {}): Verdict {
    const result = resultOf(received, "toScaleToZeroWithin");
    const selector = of === undefined ? "" : `${of}: `;
    const judged = result.judge(`${selector}time_to(pods == 0) <= ${duration} after last(response)`);
    return verdict(result, judged, `to scale ${of === undefined ? "" : `${of} `}to zero within ${duration}`);
  },
};

function resultOf(received: unknown, matcher: string): Result {
  if (typeof received === "object" && received !== null && "judge" in received) return received as Result;
  const isPromise = typeof received === "object" && received !== null && "then" in received;
  const hint = isPromise ? "; await simulate(…) first" : "";
  throw new TypeError(`${matcher} expects a result of simulate()${hint}`);
}

function verdict({ summary }: Result, judged: Judged, what: string): Verdict {
  const { pass, actual, margin, at } = judged;
  const beyond = pass || margin === null || margin === 0 ? "" : `, off by ${Math.abs(margin * 100).toFixed(1)} %`;
  const moment = at === null ? "" : `, first broken at ${at} s`;
  return {
    pass,
    message: () =>
      `expected ${summary.scenario} (seed ${summary.seed}) ${pass ? "not " : ""}${what}, found ${actual}${beyond}${moment}`,
    actual,
    expected: judged.expect,
  };
}

expect.extend(matchers);
