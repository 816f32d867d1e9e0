/** A life whose database can be taken away. */

import { type CuttingProxy, startCuttingProxy } from '../../test/integration/storage/cutting-proxy.ts';
import type { CaseRun } from './chaos-case.ts';
import { Life, type LifeOptions } from './life.ts';

export async function behindProxy(run: CaseRun, options: Omit<LifeOptions, 'dataDir' | 'databaseUrl' | 'checkedDatabaseUrl'> = {}): Promise<{ readonly life: Life; readonly proxy: CuttingProxy }> {
  const databaseUrl = await run.databases.create();
  const proxy = await startCuttingProxy(databaseUrl);
  run.cleanup.add(() => proxy.stop());
  const life = new Life(run, { ...options, dataDir: await run.makeFolder(), databaseUrl: proxy.databaseUrl, checkedDatabaseUrl: databaseUrl });
  return { life, proxy };
}
