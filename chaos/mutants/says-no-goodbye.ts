import { OrderStreams } from '../../gateway/streams/order-streams.ts';
import { replaceMethod } from './replace-method.ts';

replaceMethod(OrderStreams.prototype, 'sayGoodbye', () => () => undefined);
