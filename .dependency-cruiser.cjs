/** The direction of imports, as ARCHITECTURE.md draws it. `npm run lint` checks it, and `npm test` begins with it. */

const PURE = ['domain', 'orders', 'market', 'metrics', 'analytics', 'alerts'];
const pureFolders = `^engine/(${PURE.join('|')})/`;

/** A folder of the engine and those it may import. */
const LAYERS = {
  domain: [],
  orders: ['domain'],
  market: ['domain'],
  metrics: ['domain', 'orders', 'market'],
  analytics: ['domain', 'orders', 'market', 'metrics'],
  alerts: ['domain', 'orders', 'market', 'metrics', 'analytics'],
  ring: ['domain'],
  journal: ['domain', 'ring'],
  sequencer: ['domain', 'ring', 'journal'],
  shard: ['domain', 'orders', 'market', 'metrics', 'analytics', 'alerts', 'ring', 'journal'],
  snapshot: ['domain', 'orders', 'market', 'metrics', 'analytics', 'alerts', 'ring', 'journal', 'sequencer', 'shard'],
};

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(LAYERS).map(([layer, allowed]) => ({
      name: `engine-${layer}-looks-down-only`,
      severity: 'error',
      from: { path: `^engine/${layer}/` },
      to: { path: '^engine/', pathNot: `^engine/(${[layer, ...allowed].join('|')})/` },
    })),
    {
      name: 'pure-folders-import-no-platform',
      comment: 'No node:*, no IO: numbers in, numbers out.',
      severity: 'error',
      from: { path: pureFolders },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'engine-knows-no-doors-and-no-memory',
      comment: 'Only main.ts puts the parts together.',
      severity: 'error',
      from: { path: '^engine/', pathNot: '^engine/main\\.ts$' },
      to: { path: '^(gateway|storage)/' },
    },
    {
      name: 'gateway-and-storage-do-not-meet',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^storage/' },
    },
    {
      name: 'storage-and-gateway-do-not-meet',
      severity: 'error',
      from: { path: '^storage/' },
      to: { path: '^gateway/' },
    },
    {
      name: 'properties-have-the-sizes-that-they-name',
      comment: 'fast-check comes from test/support/properties.ts, which has its lists get as long as they may.',
      severity: 'error',
      from: { pathNot: '^test/support/properties\\.ts$' },
      to: { path: 'node_modules/fast-check' },
    },
    {
      name: 'nobody-imports-bench-chaos-or-test',
      severity: 'error',
      from: { path: '^(engine|gateway|storage|simulation|sim)/' },
      to: { path: '^(bench|chaos|test)/' },
    },
    {
      name: 'chaos-is-a-client',
      comment: 'What it expects is its own. Mutants, the death of a shard and the probe of recovery run inside what is tested; the database server is a tool.',
      severity: 'error',
      from: { path: '^chaos/', pathNot: '^chaos/(mutants/|preloads/|faults/shard-fault\\.ts$|journal/recovery-probe\\.ts$|service/database-server\\.ts$)' },
      to: { path: '^(engine|gateway|storage)/' },
    },
    {
      name: 'only-the-service-loads-mutants',
      severity: 'error',
      from: { path: '.', pathNot: '^chaos/mutants/' },
      to: { path: '^chaos/(mutants|preloads)/', pathNot: '^chaos/mutants/(mutants|replace-method|slow-writes)\\.ts$' },
    },
    {
      name: 'only-tests-know-the-simulator',
      severity: 'error',
      from: { path: '^(engine|gateway|storage|simulation|bench)/' },
      to: { path: '^sim/' },
    },
    {
      name: 'the-simulator-runs-engine-and-storage',
      comment: 'The doors of the gateway are not simulated; its door is its own.',
      severity: 'error',
      from: { path: '^sim/' },
      to: { path: '^(gateway|simulation)/' },
    },
    {
      name: 'the-prediction-is-independent',
      comment: 'Types of events and nothing else: what an order has come to is worked out with code of its own.',
      severity: 'error',
      from: { path: '^sim/auditor/predicted-order\\.ts$' },
      to: { path: '^(engine|storage)/', pathNot: '^engine/domain/events\\.ts$' },
    },
    {
      name: 'the-product-does-not-know-the-simulation',
      severity: 'error',
      from: { path: '^(engine|gateway|storage)/' },
      to: { path: '^simulation/' },
    },
    {
      name: 'simulation-is-a-client',
      comment: 'It makes input events; what becomes of them it may not know.',
      severity: 'error',
      from: { path: '^simulation/' },
      to: { path: '^(engine|gateway|storage)/', pathNot: '^(engine/domain/|engine/market/volume-curve\\.ts|gateway/replay/)' },
    },
    {
      name: 'library-stays-behind-the-transport-port',
      severity: 'error',
      from: { path: '^(engine|gateway|storage)/', pathNot: '^gateway/transport/' },
      to: { path: 'node_modules/(uWebSockets\\.js|ws)/' },
    },
    {
      name: 'oracles-are-independent',
      severity: 'error',
      from: { path: '^test/oracle/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(engine|gateway|storage)/' },
    },
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
