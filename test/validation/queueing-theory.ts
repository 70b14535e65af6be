/**
 * Closed forms of queueing theory, for rates per second and times in seconds: lambda arrives, each of c servers does mu.
 *
 * @see L. Kleinrock, Queueing Systems, volume 1 (1975); E. Reiser and S. Lavenberg, Mean-Value Analysis (1980)
 */

/** Part of the arrivals that M/M/c/c turns away: the Erlang B formula by recursion over the servers. */
export function erlangB(lambda: number, mu: number, servers: number): number {
  const offered = lambda / mu;
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (offered * blocking) / (k + offered * blocking);
  return blocking;
}

/** What an M/M/c queue without a limit does: waits, and how many. */
export function mmc(lambda: number, mu: number, servers: number) {
  const blocking = erlangB(lambda, mu, servers);
  const rho = lambda / mu / servers;
  const waits = blocking / (1 - rho * (1 - blocking));
  const spare = servers * mu - lambda;
  const wait = waits / spare;
  return {
    /** Erlang C: probability of waiting at all. */
    waits,
    wait,
    response: wait + 1 / mu,
    waiting: lambda * wait,
    inSystem: lambda * (wait + 1 / mu),
    waitsLongerThan: (t: number): number => waits * Math.exp(-spare * t),
  };
}

/** The q-quantile of the response time of M/M/1, which is exponential with rate mu − lambda. */
export function mm1ResponseQuantile(lambda: number, mu: number, q: number): number {
  return -Math.log(1 - q) / (mu - lambda);
}

/** M/M/c/K: at most `places` in the system, everyone else is turned away. */
export function mmck(lambda: number, mu: number, servers: number, places: number) {
  const weights = [1];
  for (let n = 1; n <= places; n++) weights.push((weights[n - 1] * lambda) / (mu * Math.min(n, servers)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const part = weights.map((weight) => weight / sum);
  const inSystem = part.reduce((total, p, n) => total + n * p, 0);
  const rejected = part[places];
  const throughput = lambda * (1 - rejected);
  return { rejected, throughput, inSystem, response: inSystem / throughput, busy: 1 - part[0] };
}

/** Pollaczek and Khinchine: mean wait of M/G/1 whose service has this mean and squared coefficient of variation. */
export function mg1Wait(lambda: number, mean: number, squaredCv: number): number {
  const rho = lambda * mean;
  return (rho * mean * (1 + squaredCv)) / (2 * (1 - rho));
}

/** Processor sharing with Poisson arrivals, whatever the distribution of the work: the number in the system is geometric. */
export function processorSharing(lambda: number, mean: number) {
  const rho = lambda * mean;
  return { response: mean / (1 - rho), inSystem: rho / (1 - rho), atLeast: (n: number): number => rho ** n };
}

/** A closed loop of one exponential server and clients that think, by mean-value analysis. */
export function closedLoop(clients: number, thinkTime: number, serviceTime: number) {
  let inSystem = 0;
  let response = 0;
  let throughput = 0;
  for (let n = 1; n <= clients; n++) {
    response = serviceTime * (1 + inSystem);
    throughput = n / (response + thinkTime);
    inSystem = throughput * response;
  }
  return { response, throughput, inSystem };
}
