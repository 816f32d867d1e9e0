import { raiseWatermark } from '../../storage/watermark.ts';
import { WriterSession } from '../../storage/writer-session.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(WriterSession.prototype, 'finish', (finish) => async function (batch: unknown, watermark: number) {
  await raiseWatermark(this.session, this.journalId, watermark);
  await this.session.execute('COMMIT');
  await this.session.execute('BEGIN');
  await finish.call(this, batch, watermark);
});
