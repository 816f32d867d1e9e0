/**
 * An ext4 file system in a file, mounted through a loop device: a disk that can be copied as it is at one moment.
 *
 * The power cut: the image file is copied while everything on the mount is stopped. Its content is what the kernel has written
 * to the "disk": what was synced, and whatever the kernel has written back by itself. What only stands in the page cache of the
 * mounted file system is not in it, as it would not be after a cut; nothing is synced or unmounted before. When the kernel writes
 * during the copy, it is made again, so that a copy is one moment. (A real disk may also lose what it was given and not told to
 * flush; here that counts as written.)
 */

import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type Cleanup, endProcessesIn } from '../service/cleanup.ts';

const run = promisify(execFile);
const COPIES_MAX = 20;

export class LoopImage {
  readonly mountPoint: string;
  private readonly folder: string;
  private readonly cleanup: Cleanup;
  private readonly undo: () => Promise<void>;

  private constructor(folder: string, cleanup: Cleanup) {
    this.folder = folder;
    this.mountPoint = join(folder, 'mount');
    this.cleanup = cleanup;
    this.undo = cleanup.add(async () => {
      await endProcessesIn(this.mountPoint);
      await run('umount', [this.mountPoint]).catch(() => run('umount', ['--lazy', this.mountPoint]).catch(() => undefined));
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  private get file(): string {
    return join(this.folder, 'disk.img');
  }

  static async make(bytes: number, cleanup: Cleanup): Promise<LoopImage> {
    const image = await LoopImage.inNewFolder(cleanup);
    await writeFile(image.file, '');
    await truncate(image.file, bytes);
    await run('mkfs.ext4', ['-q', '-F', '-m', '0', image.file]);
    await image.mount();
    return image;
  }

  /** The disk as it is now, as another one that is mounted; this one is unmounted and gone. */
  async cutPower(endAll: () => Promise<void>): Promise<LoopImage> {
    const copy = await LoopImage.inNewFolder(this.cleanup);
    await this.copyTo(copy.file);
    await endAll();
    await this.undo();
    await copy.mount();
    return copy;
  }

  private static async inNewFolder(cleanup: Cleanup): Promise<LoopImage> {
    const folder = await mkdtemp(join(tmpdir(), 'execution-monitor-chaos-disk-'));
    await chmod(folder, 0o755);
    const image = new LoopImage(folder, cleanup);
    await mkdir(image.mountPoint);
    return image;
  }

  private async mount(): Promise<void> {
    await run('mount', ['-o', 'loop', this.file, this.mountPoint]);
  }

  private async copyTo(file: string): Promise<void> {
    const device = await this.device();
    for (let copies = 1; ; copies++) {
      const before = await sectorsWritten(device);
      await run('cp', ['--sparse=always', this.file, file]);
      if ((await sectorsWritten(device)) === before) return;
      if (copies === COPIES_MAX) throw new Error(`the kernel wrote to ${device} during each of ${COPIES_MAX} copies`);
    }
  }

  private async device(): Promise<string> {
    for (const name of await readdir('/sys/block')) {
      const backing = await readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '');
      if (backing.trim() === this.file) return name;
    }
    throw new Error(`no loop device has ${this.file}`);
  }
}

/** Why there can be no loop mounts here; undefined where they work. */
export async function whyNoLoopImage(cleanup: Cleanup): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'loop mounts need Linux';
  if (process.getuid?.() !== 0) return 'loop mounts need root';
  try {
    await LoopImage.make(4 << 20, cleanup);
    return undefined;
  } catch (error) {
    return `loop mounts do not work here: ${String(error)}`;
  }
}

/** Field 7 of the device's statistics. */
async function sectorsWritten(device: string): Promise<number> {
  return Number((await readFile(`/sys/block/${device}/stat`, 'utf8')).trim().split(/\s+/)[6]);
}
