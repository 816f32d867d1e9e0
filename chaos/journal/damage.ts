/** Damage to a journal file, and the service's own recovery run over many damaged copies of one journal in one process. */

import { spawn } from 'node:child_process';
import { copyFile, mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import type { JournalFile } from './frames.ts';

export type Damage = { readonly flip: { readonly offset: number; readonly bit: number } } | { readonly truncateTo: number };

export type Recovery =
  | { readonly is: 'refused'; readonly message: string }
  | { readonly is: 'recovered'; readonly nextSequence: number; readonly bytesCut: number; readonly fileBytes: number };

export interface ProbeRequest {
  readonly file: string;
  readonly name: string;
  /** For the damaged copies. */
  readonly scratch: string;
  readonly damages: readonly Damage[];
}

const PROBE = fileURLToPath(new URL('./recovery-probe.js', import.meta.url));

/** What the service's recovery makes of each damaged copy, in the order of `damages`. */
export async function recoverDamaged(journal: JournalFile, scratch: string, damages: readonly Damage[], preloads: readonly string[]): Promise<Recovery[]> {
  const child = spawn(process.execPath, [...preloads.flatMap((module) => ['--import', module]), PROBE], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ file: journal.path, name: journal.name, scratch, damages } satisfies ProbeRequest));
  return JSON.parse(await text(child.stdout)) as Recovery[];
}

export function applyDamage(bytes: Buffer, damage: Damage): Buffer {
  if ('truncateTo' in damage) return bytes.subarray(0, damage.truncateTo);
  const damaged = Buffer.from(bytes);
  damaged[damage.flip.offset]! ^= 1 << damage.flip.bit;
  return damaged;
}

/** A data folder with a damaged copy of the journal and nothing else. */
export async function damagedDataDir(journal: JournalFile, dataDir: string, damage: Damage): Promise<string> {
  const folder = join(dataDir, 'journal');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, journal.name);
  if ('truncateTo' in damage) {
    await copyFile(journal.path, path);
    await truncate(path, damage.truncateTo);
  } else await writeFile(path, applyDamage(journal.bytes, damage));
  return dataDir;
}
