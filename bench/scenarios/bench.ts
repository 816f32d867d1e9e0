/** What every round has at hand: the processes that make the load, and names for orders that were never used before. */

import { RemoteCalls } from '../load/remote-calls.ts';
import type { GeneratorCalls } from '../load/generator-process.ts';
import type { SubscriberCalls } from '../load/subscriber-process.ts';
import { countCpu, type CpuReaders, type CpuSeconds, processCpu } from '../measure/cpu.ts';
import type { Target } from '../targets/target.ts';
import type { Targets } from '../targets/targets.ts';

/** Of the CPU readings, those that are contained in another. */
const PART_OF = { 'service main thread': 'service', 'service shards': 'service', 'service storage': 'service' };

export class Bench {
  readonly generator = new RemoteCalls<GeneratorCalls>(new URL('../load/generator-process.js', import.meta.url));
  readonly subscriber = new RemoteCalls<SubscriberCalls>(new URL('../load/subscriber-process.js', import.meta.url));
  readonly targets: Targets;
  private roundCount = 0;

  /** All targets run all the time; each is measured while the others are idle. */
  constructor(targets: Targets) {
    this.targets = targets;
  }

  nextRoundId(scenario: string, target: Target): string {
    return `bench-${String(++this.roundCount).padStart(3, '0')}-${scenario}-${target.name}`;
  }

  /**
   * Starts counting the CPU time of everybody, the idle targets too. `more`: who else takes part; where a name is there
   * already (a second service), the one that is given here is meant, and the other is among the others.
   */
  countCpu(more: CpuReaders = {}): () => CpuSeconds {
    const load: CpuReaders = {
      generator: () => processCpu(this.generator.pid),
      subscriber: () => processCpu(this.subscriber.pid),
      'benchmark itself': () => processCpu(process.pid),
    };
    return countCpu(Object.assign({}, load, ...this.targets.running.map(({ cpu }) => cpu), more) as CpuReaders, PART_OF);
  }

  async stop(): Promise<void> {
    await Promise.all([this.generator.stop(), this.subscriber.stop()]);
  }
}
