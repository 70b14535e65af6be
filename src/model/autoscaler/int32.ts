const LOWEST = -2_147_483_648;
const HIGHEST = 2_147_483_647;

/**
 * A float as Go converts it to int32: cut toward zero; what does not fit becomes the lowest number, as on amd64.
 *
 * Only absurd settings get there, such as a target of 3e9 requests per pod, whose burst capacity Knative takes for negative.
 */
export function toInt32(value: number): number {
  const whole = Math.trunc(value);
  // Adding 0 turns −0 into 0.
  return whole >= LOWEST && whole <= HIGHEST ? whole + 0 : LOWEST;
}
