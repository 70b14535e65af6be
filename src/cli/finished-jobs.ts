import { formatDiagnostic } from "../scenario/diagnostics.js";
import { RunFailure } from "./run-failure.js";
import { receivedError } from "./sent-error.js";
import type { Job, JobResult } from "./simulation-job.js";
import { UserError } from "./user-error.js";

export type FinishedJob = Extract<JobResult, { readonly kind: "finished" }>;

/**
 * Makes runs of which all are needed, in parallel.
 *
 * @param options.workers threads at most; null = as many as the machine runs at once
 * @returns in order of the jobs
 * @throws UserError or RunFailure when one of them cannot be made, or the reason of the signal
 */
export async function finishedJobs(
  jobs: readonly Job[],
  options: { readonly workers: number | null; readonly signal: AbortSignal },
): Promise<readonly FinishedJob[]> {
  const { runJobs } = await import("./simulation-pool.js");
  const results: JobResult[] = [];
  await runJobs(jobs, {
    ...options,
    onResult(result, index) {
      results[index] = result;
      return result.kind === "finished";
    },
  });
  for (const [index, result] of results.entries()) {
    if (result === undefined || result.kind === "finished") continue;
    if (result.kind === "unable") throw new UserError(result.messages);
    if (result.kind === "refused") throw new UserError(result.diagnostics.map(formatDiagnostic));
    const run = result.run ?? { scenario: jobs[index].file, seed: "unknown", completed: null };
    throw new RunFailure(receivedError(result.error), run);
  }
  return results as FinishedJob[];
}
