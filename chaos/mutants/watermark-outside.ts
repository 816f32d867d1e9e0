import { raiseWatermark } from '../../storage/watermark.ts';
import { WriterSession } from '../../storage/writer-session.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(WriterSession.prototype, 'finish', (finish) => async function (batch: unknown, watermark: number) {
  // The transaction raises nothing: a watermark is never lowered.
  await finish.call(this, batch, 0);
  await raiseWatermark(this.session, this.journalId, watermark);
});
