/** Which of so many shards has a symbol, its market and its orders. */
export function shardOfSymbol(symbolNo: number, shardCount: number): number {
  return symbolNo % shardCount;
}
