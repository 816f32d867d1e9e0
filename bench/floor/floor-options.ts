/** Which parts of the floor are at work; each can be switched off, so that both sides of a comparison do the same. */

import type { SecondThreadWork } from './second-thread.ts';

export interface FloorOptions {
  /** Bytes are appended here and synced before the answer; undefined: answered at once. */
  readonly logFile: string | undefined;
  /** One row a fill is stored there; undefined: none. */
  readonly databaseUrl: string | undefined;
  /** Whether followers get a frame a fill. */
  readonly isPushing: boolean;
  /** Frames go through a second thread; undefined: they are sent where their batch comes in. */
  readonly secondThread?: SecondThreadWork | undefined;
}

export const FLOOR_PARTS = ['log', 'copy', 'push'] as const;
export type FloorPart = (typeof FLOOR_PARTS)[number];

/** The command line that `readFloorOptions` reads. */
export function floorArguments({ logFile, databaseUrl, isPushing, secondThread }: FloorOptions): string[] {
  return [
    ...(logFile === undefined ? [] : [`--log=${logFile}`]),
    ...(databaseUrl === undefined ? [] : [`--copy=${databaseUrl}`]),
    ...(isPushing ? ['--push'] : []),
    ...(secondThread === undefined ? [] : [`--second-thread=${secondThread.mainUs},${secondThread.threadUs}`]),
  ];
}

export function readFloorOptions(args: readonly string[]): FloorOptions {
  const valueOf = (name: string): string | undefined => args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1);
  const [mainUs, threadUs] = valueOf('--second-thread')?.split(',').map(Number) ?? [];
  return {
    logFile: valueOf('--log'),
    databaseUrl: valueOf('--copy'),
    isPushing: args.includes('--push'),
    ...(mainUs === undefined || threadUs === undefined ? {} : { secondThread: { mainUs, threadUs } }),
  };
}
