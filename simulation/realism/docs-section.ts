/** The part of a page that a command writes, between two comments. It owns the markers. */

export const REALISM_BEGIN = '<!-- realism table: written by `npm run realism` -->';
export const REALISM_END = '<!-- end of realism table -->';

/** The page with `section` between the markers. Throws RangeError where the page has not both of them, in order. */
export function withSection(page: string, section: string): string {
  const begin = page.indexOf(REALISM_BEGIN);
  const end = page.indexOf(REALISM_END);
  if (begin < 0 || end < begin) throw new RangeError('the page has no markers of the realism table');
  return `${page.slice(0, begin)}${REALISM_BEGIN}\n\n${section}\n\n${page.slice(end)}`;
}
