import { parentPort } from "node:worker_threads";
import { type Job, runJob } from "./simulation-job.js";

/** A thread that makes one run after another, as it is told to, and is ended from outside. */
const never = new AbortController().signal;

parentPort?.on("message", async (job: Job) => {
  parentPort?.postMessage(await runJob(job, never));
});
