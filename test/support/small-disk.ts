/**
 * A small file system of its own: an ext4 image on a loop device. Mounting needs root and loop devices: where they are not
 * allowed, `why` says so, and a test that needs one is skipped with it.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  /** Where it is mounted; open to all. */
  readonly path: string;
  remove(): void;
}

/** Mounts a new one of so many MiB. */
export function mountSmallDisk(mebibytes: number): SmallDisk | { readonly why: string } {
  const folder = mkdtempSync(join(tmpdir(), 'execmon-disk-'));
  chmodSync(folder, 0o755);
  const image = join(folder, 'image');
  const path = join(folder, 'mounted');
  try {
    mkdirSync(path);
    // No blocks are kept for root: it is as full for the service as for others.
    run('truncate', '-s', `${mebibytes}M`, image);
    run('mkfs.ext4', '-q', '-F', '-m', '0', image);
    run('mount', '-o', 'loop', image, path);
    chmodSync(path, 0o777);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return { why: `no loop-mounted disk here: ${(error as Error).message.split('\n')[0]}` };
  }
  return {
    path,
    remove() {
      run('umount', path);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
