/** The servers of a run: each is started when it is first asked for, and all are stopped at the end. */

import type { FloorPart } from '../floor/floor-options.ts';
import type { SecondThreadWork } from '../floor/second-thread.ts';
import type { ChildServerOptions } from './child-server.ts';
import { startFloor } from './floor-target.ts';
import { startNaive } from './naive-target.ts';
import { type ServiceTarget, type ServiceTargetOptions, startServiceTarget } from './service-target.ts';
import type { Target } from './target.ts';

export interface TargetsOptions extends Omit<ServiceTargetOptions, 'hasDatabase'> {
  readonly floorWithout: readonly FloorPart[];
}

export class Targets {
  private readonly options: TargetsOptions;
  private readonly started: Target[] = [];
  private startedService: Promise<ServiceTarget> | undefined;
  private startedFloor: Promise<Target> | undefined;
  private startedNaive: Promise<Target> | undefined;

  constructor(options: TargetsOptions) {
    this.options = options;
  }

  /** Those that run now. */
  get running(): readonly Target[] {
    return this.started;
  }

  service(): Promise<ServiceTarget> {
    return (this.startedService ??= this.freshService());
  }

  floor(): Promise<Target> {
    return (this.startedFloor ??= this.childOptions().then(startFloor).then((floor) => this.keep(floor)));
  }

  /** Another one, whose frames go through a second thread. */
  async floorWithSecondThread(secondThread: SecondThreadWork): Promise<Target> {
    return this.keep(await startFloor({ ...(await this.childOptions()), secondThread }));
  }

  naive(): Promise<Target> {
    return (this.startedNaive ??= this.childOptions().then(startNaive).then((naive) => this.keep(naive)));
  }

  /** Another service, on an empty folder. */
  async freshService(): Promise<ServiceTarget> {
    return this.keep(await startServiceTarget({ ...this.options, hasDatabase: !this.options.floorWithout.includes('copy') }));
  }

  /** Stops one before the end; what went wrong with that, in words. */
  async stop(target: Target): Promise<readonly string[]> {
    this.started.splice(this.started.indexOf(target), 1);
    return target.stop();
  }

  /** The floor and the naive service store their rows in the service's database, so they end before it. */
  async stopAll(): Promise<string[]> {
    const faults: string[] = [];
    for (const target of this.started.splice(0).toReversed()) faults.push(...(await target.stop()));
    return faults;
  }

  private async childOptions(): Promise<ChildServerOptions> {
    return { databaseUrl: (await this.service()).databaseUrl, without: this.options.floorWithout };
  }

  private keep<T extends Target>(target: T): T {
    this.started.push(target);
    return target;
  }
}
