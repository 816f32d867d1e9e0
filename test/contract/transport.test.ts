/** The contract of the transport port, one suite over both transports. */
import { describe } from 'node:test';
import { loadUws } from '../../gateway/transport/choose-transport.ts';
import type { TransportName } from '../../gateway/transport/transport.ts';
import { choosingContract } from './transport-choosing.ts';
import { httpContract } from './transport-http.ts';
import { malformedContract } from './transport-malformed.ts';
import { streamContract } from './transport-stream.ts';
import { upgradeContract } from './transport-upgrade.ts';

// Both at once: each waits 8 s for a silent peer to be cut off.
describe('transport', { concurrency: 3 }, () => {
  describe('choosing', choosingContract);
  for (const name of ['uws', 'node'] satisfies TransportName[]) {
    const loaded = name === 'uws' ? loadUws() : undefined;
    const skip = loaded !== undefined && 'whyNot' in loaded ? loaded.whyNot : false;
    describe(name, { concurrency: 8, skip }, () => {
      streamContract(name);
      upgradeContract(name);
      httpContract(name);
      malformedContract(name);
    });
  }
});
