import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Job, type JobResult, runJob } from "./simulation-job.js";

export interface PoolOptions {
  /** Threads at most; default: as many as the machine runs at once. */
  readonly workers: number | null;
  readonly signal: AbortSignal;
  /** Called for every finished job, in order of finishing. False = no further job is begun, running ones are ended. */
  onResult(result: JobResult, index: number): boolean | Promise<boolean>;
}

/**
 * Makes runs in parallel worker threads; a single one in this thread, as a thread takes longer to start than many runs
 * take to end.
 *
 * @returns when all are finished, or `onResult` has said that it is enough
 * @throws the reason of the signal, or what `onResult` throws
 */
export async function runJobs(jobs: readonly Job[], options: PoolOptions): Promise<void> {
  const count = Math.min(options.workers ?? availableParallelism(), jobs.length);
  if (count <= 1) {
    for (const [index, job] of jobs.entries())
      if (!(await options.onResult(await runJob(job, options.signal), index))) return;
    return;
  }
  await runInThreads(jobs, count, options);
}

async function runInThreads(jobs: readonly Job[], count: number, { signal, onResult }: PoolOptions): Promise<void> {
  const threads = Array.from({ length: count }, () => new Worker(new URL("./simulation-worker.js", import.meta.url)));
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  let next = 0;
  const work = async (thread: Worker): Promise<void> => {
    while (next < jobs.length && !stop.aborted) {
      const index = next++;
      if (!(await onResult(await ask(thread, jobs[index], stop), index))) enough.abort();
    }
  };
  try {
    await Promise.all(threads.map(work));
  } catch (error) {
    if (!enough.signal.aborted || signal.aborted) throw error;
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** Sends one job and waits for its result. */
function ask(thread: Worker, job: Job, signal: AbortSignal): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => {
      thread.off("message", onMessage).off("error", onError);
      signal.removeEventListener("abort", onAbort);
      action();
    };
    const onMessage = (result: JobResult) => settle(() => resolve(result));
    const onError = (error: Error) => settle(() => reject(error));
    const onAbort = () => settle(() => reject(signal.reason));
    if (signal.aborted) return reject(signal.reason);
    thread.on("message", onMessage).on("error", onError);
    signal.addEventListener("abort", onAbort, { once: true });
    thread.postMessage(job);
  });
}
