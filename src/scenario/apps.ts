import type * as z from "zod";
import type { DistributionSpec } from "../engine/distribution.js";
import { MILLISECOND } from "../engine/time.js";
import type { AppPlan, ColdStartPlan } from "../kube/cluster-plan.js";
import type { Checked } from "./checked.js";
import type { appChangeSchema, appSchema } from "./schema-app.js";

type WrittenApp = Checked<z.output<typeof appSchema>>;
type WrittenChange = Checked<z.output<typeof appChangeSchema>>;

const ms = (milliseconds: number): DistributionSpec => ({ kind: "constant", us: milliseconds * MILLISECOND });
const lognormal = (medianMs: number, p95Ms: number): DistributionSpec => ({
  kind: "lognormal",
  medianUs: medianMs * MILLISECOND,
  p95Us: p95Ms * MILLISECOND,
});

/** What an image does of which the scenario says nothing (contract details A2, A26). */
export const DEFAULT_APP: AppPlan = {
  image: null,
  serviceTime: ms(100),
  cpu: 0,
  response: null,
  queueDepth: null,
  coldStart: {
    control: lognormal(30, 60),
    schedule: lognormal(20, 35),
    imagePull: ms(0),
    containerStart: lognormal(1_900, 2_300),
    boot: ms(50),
    readiness: lognormal(450, 800),
    termination: null,
  },
  fault: null,
};

/** An entry of `apps`, or with a null image a service's own. */
export function appPlan(image: string | null, written: WrittenApp | WrittenChange, base = DEFAULT_APP): AppPlan {
  return {
    image,
    serviceTime: written.serviceTime ?? base.serviceTime,
    cpu: written.cpu ?? base.cpu,
    response: written.response ?? base.response,
    queueDepth: written.queueDepth ?? base.queueDepth,
    coldStart: coldStartPlan(written.coldStart, base.coldStart),
    fault: written.fault === undefined ? base.fault : written.fault === "none" ? null : written.fault,
  };
}

function coldStartPlan(
  written: WrittenApp["coldStart"] | WrittenChange["coldStart"],
  base: ColdStartPlan,
): ColdStartPlan {
  return {
    control: written?.control ?? base.control,
    schedule: written?.schedule ?? base.schedule,
    imagePull: written?.imagePull ?? base.imagePull,
    containerStart: written?.containerStart ?? base.containerStart,
    boot: written?.boot ?? base.boot,
    readiness: written?.readiness ?? base.readiness,
    termination: written?.termination ?? base.termination,
  };
}
