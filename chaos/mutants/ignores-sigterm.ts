import { replaceMethod } from './replace-method.ts';

replaceMethod(process, 'on', (on) => function (name: string, ...rest: unknown[]) {
  return name === 'SIGTERM' ? this : on.call(this, name, ...rest);
});
