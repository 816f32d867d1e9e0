/** Rounds side by side: A B, B A, A B, ... so that what drifts meanwhile meets both alike. */

export interface Pair<R> {
  readonly service: R;
  readonly floor: R;
}

/** Runs `pairCount` pairs, one round after the other, the service first in the first pair. */
export async function runPairs<T extends { readonly name: 'service' | 'floor' }, R>(
  service: T,
  floor: T,
  pairCount: number,
  round: (target: T, pairNo: number) => Promise<R>,
): Promise<Pair<R>[]> {
  const pairs: Pair<R>[] = [];
  for (let pairNo = 0; pairNo < pairCount; pairNo++) {
    if (pairNo % 2 === 0) {
      const first = await round(service, pairNo);
      pairs.push({ service: first, floor: await round(floor, pairNo) });
    } else {
      const first = await round(floor, pairNo);
      pairs.push({ service: await round(service, pairNo), floor: first });
    }
  }
  return pairs;
}
