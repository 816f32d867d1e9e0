/**
 * Whether a browser's page of another host asks: a browser lets any page open a WebSocket anywhere, and send some bodies, and
 * says whose page it is. Others send no Origin.
 */
export function isOfOtherOrigin(request: { header(lowerCaseName: string): string | undefined }): boolean {
  const origin = request.header('origin');
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== request.header('host'));
}
