/**
 * fast-check, with lists and texts as long as a property says that they may get. Its own default is about ten elements, whatever
 * `maxLength` is: a window of 64 quotes is then never full.
 */

import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), defaultSizeToMaxWhenMaxSpecified: true });

export default fc;
