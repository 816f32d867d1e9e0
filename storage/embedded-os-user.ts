/**
 * The OS user that the embedded server runs as: ourselves, or `postgres` when we are root (which the server refuses).
 *
 * It owns making that user and checking that it can reach every folder it needs.
 */

import { execFile } from 'node:child_process';
import { chmod, chown, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const USER_NAME = 'postgres';
/** Tries to enter each folder, outermost first, and names the first that is closed. Says more than mode bits: ACLs too. */
const PROBE_SCRIPT = 'for folder do cd -- "$folder" 2>/dev/null || { printf %s "$folder"; exit 3; }; done';
const PROBE_CLOSED = 3;

/** uid and gid to start programs with; empty when the server runs as the user that we are. */
export type OsUser = { readonly uid?: number; readonly gid?: number };

export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The user for the server; as root it is created when it is missing. */
export async function findOsUser(log: (message: string) => void): Promise<OsUser> {
  if (!runsAsRoot()) return {};
  const existing = await idsOf(USER_NAME);
  if (existing !== undefined) return existing;
  log(`creating the OS user "${USER_NAME}", because PostgreSQL does not run as root`);
  try {
    await run('groupadd', ['--force', '--system', USER_NAME]);
    await run('useradd', ['--system', '--gid', USER_NAME, '--no-create-home', '--shell', '/usr/sbin/nologin', USER_NAME]);
  } catch (cause) {
    throw new Error(`cannot create the OS user "${USER_NAME}" for the embedded database: create it, start the service as an ordinary user, or set a database URL`, { cause });
  }
  const created = await idsOf(USER_NAME);
  if (created === undefined) throw new Error(`the OS user "${USER_NAME}" was created but is not known to the system`);
  return created;
}

/** Throws an error that names the folder when the server's user cannot come to `folder`, and says what to do. */
export async function requireReachable(user: OsUser, folder: string, purpose: string): Promise<void> {
  if (user.uid === undefined) return;
  const folders = [await realpath(folder)];
  while (dirname(folders[0]!) !== folders[0]) folders.unshift(dirname(folders[0]!));
  try {
    await run('/bin/sh', ['-c', PROBE_SCRIPT, 'probe', ...folders], { ...user, cwd: '/', encoding: 'utf8' });
  } catch (error) {
    const { code, stdout } = error as { code?: number; stdout?: string };
    if (code !== PROBE_CLOSED || stdout === undefined) throw error;
    const mode = ((await stat(stdout)).mode & 0o7777).toString(8).padStart(4, '0');
    throw new Error(
      `the embedded database runs as OS user "${USER_NAME}", which cannot enter the folder ${stdout} (mode ${mode}) on the way to ${purpose} ${folder}: run "chmod o+x ${stdout}", move ${purpose} elsewhere, start the service as an ordinary user, or set a database URL`,
    );
  }
}

/** Gives a folder to the server's user. */
export async function giveTo(user: OsUser, path: string): Promise<void> {
  if (user.uid !== undefined) await chown(path, user.uid, user.gid!);
}

/** Lets the server's user pass through a folder of ours, without letting it list the folder. */
export async function openForPassage(user: OsUser, folder: string): Promise<void> {
  if (user.uid === undefined) return;
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) await chmod(folder, (mode & 0o7777) | 0o011);
}

async function idsOf(name: string): Promise<OsUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
