declare module "seedrandom/lib/tychei.js" {
  import type { PRNG } from "seedrandom";

  /** The inverse of Tyche by Neves & Araujo 2011, seeded by a string; touches no global state. */
  export default function tychei(seed: string): PRNG;
}
