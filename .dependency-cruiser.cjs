// The walls of the house: the table "Rooms" of docs/architecture.md, held by `npm run lint`. Type imports count like others. A room may
// import itself, what its line names, and packages that have no one home; every other arrow breaks a wall.

/** Rooms that know of no effect and that everybody may use. */
const words = ['src/session', 'src/words', 'src/pace'];

/** What the dashboard's parts may import of src/: the door's types and pure rooms. */
const door = [...words, 'src/look', 'src/protocol', 'src/qr'];

/** What a worker may import of src/. */
const workshop = [...words, 'src/protocol', 'src/home', 'src/settings', 'src/store', 'src/log', 'src/qr'];

/** What serves the master beside the door: it knows the door's types and no process. */
const besideTheDoor = [...workshop];

/** The dashboard's floors: each imports only those that come after it. */
const floors = [
  'app',
  'screens',
  'commands',
  'hooks',
  'actions',
  'view-models',
  'widgets',
  'paint',
  'keys',
  'texts',
  'terminal',
].map((floor) => `components/${floor}`);

/** Each room and the rooms that it may import. A key ending in `/*` is the folder's own files, without its folders. */
const rooms = {
  'src/session': [],
  'src/words': ['src/session'],
  'src/pace': ['src/session'],
  'src/look': [],
  'src/protocol': words,
  'src/home': words,
  'src/settings': [...words, 'src/home'],
  'src/log': words,
  'src/qr': words,
  'src/resources': words,
  'src/store': words,
  'src/tools': words,
  'src/mcp': [...words, 'src/protocol'],
  'src/client': [...words, 'src/protocol', 'src/home', 'src/settings'],
  'src/http': [...besideTheDoor, 'src/look'],
  'src/alerts': besideTheDoor,
  'src/backup': besideTheDoor,
  'src/bundles': [...besideTheDoor, 'src/backup'],
  'src/orchestrator': [...words, 'src/protocol', 'src/home', 'src/settings', 'src/store', 'src/resources', 'src/log'],
  'src/doctor': [...words, 'src/home', 'src/settings', 'src/store', 'src/resources', 'src/orchestrator'],
  'src/master': [
    ...workshop,
    'src/client',
    'src/http',
    'src/alerts',
    'src/backup',
    'src/bundles',
    'src/tools',
    'src/resources',
    'src/orchestrator',
  ],
  'src/cli/commands/*': [...door, 'src/mcp', 'src/home', 'src/settings', 'src/client', 'src/cli'],
  'src/cli': ['src', 'components', 'workers'],

  ...Object.fromEntries(floors.map((floor, place) => [floor, [...floors.slice(place + 1), ...door]])),

  'workers/ai': [...workshop, 'src/tools'],
  'workers/whatsapp': workshop,
  'workers/conversation/limits': [...workshop, 'workers/ai', 'workers/whatsapp'],
  'workers/conversation/core': [...workshop, 'workers/ai', 'workers/whatsapp', 'workers/conversation/limits'],
  'workers/conversation/outbox': [
    ...workshop,
    'workers/whatsapp',
    'workers/conversation/core',
    'workers/conversation/limits',
  ],
  'workers/conversation/inbox': [
    ...workshop,
    'workers/whatsapp',
    'workers/conversation/core',
    'workers/conversation/limits',
  ],
  'workers/conversation/turn': [
    ...workshop,
    'workers/ai',
    'workers/whatsapp',
    'workers/conversation/inbox',
    'workers/conversation/outbox',
    'workers/conversation/core',
    'workers/conversation/limits',
  ],
  'workers/conversation/*': [...workshop, 'workers/ai', 'workers/whatsapp', 'workers/conversation'],
  'workers/reading': workshop,
  'workers/rehearsal': [...workshop, 'workers/ai', 'workers/conversation'],
  'workers/session': [...workshop, 'src/tools', 'workers/ai', 'workers/whatsapp', 'workers/conversation'],
  'workers/*': [...workshop, 'workers'],
};

/** Packages with one home. */
const homes = {
  pm2: 'src/orchestrator/process/process-manager[.]ts$',
  '@wppconnect-team/wppconnect': 'workers/whatsapp/wppconnect/',
  openai: 'workers/ai/openai',
  '@google/generative-ai': 'workers/ai/gemini',
  '@supabase/supabase-js': 'src/store/replica/',
  ink: 'components/',
  'ink-table': 'components/',
  react: 'components/',
  fastify: 'src/http/',
  'prom-client': 'src/http/',
  pidusage: 'src/resources/',
  commander: 'src/cli/program[.]ts$',
  'js-yaml': 'src/master/rehearsal/',
  unpdf: 'workers/reading/',
  saxes: 'workers/reading/',
  yauzl: 'workers/reading/',
};

const isPlain = (room) => room.endsWith('/*');
const folderOf = (room) => room.replace(/[/][*]$/, '');
const patternOf = (room) => (isPlain(room) ? `^${folderOf(room)}/[^/]+$` : `^${room}/`);

const walls = Object.entries(rooms).map(([room, mayImport]) => ({
  name: `walls of ${room}`,
  comment: `${folderOf(room)} may import ${mayImport.join(', ') || 'nothing of ours'} (docs/architecture.md, Rooms).`,
  severity: 'error',
  from: { path: patternOf(room) },
  to: {
    path: '^(?:src|components|workers|test|bench|scripts)/',
    pathNot: [isPlain(room) ? patternOf(room) : `^${room}/`, ...mayImport.map((other) => `^${other}/`)],
  },
}));

const packages = Object.entries(homes).map(([name, home]) => ({
  name: `home of ${name}`,
  comment: `Only ${home} knows ${name} (docs/architecture.md, Rooms).`,
  severity: 'error',
  from: { path: '^(?:src|components|workers)/', pathNot: `^${home}` },
  to: { path: `(?:^|/)node_modules/${name}/` },
}));

module.exports = {
  forbidden: [
    ...walls,
    ...packages,
    {
      name: 'pure rooms stay pure',
      comment: 'They reach no file, clock or process: what they need comes in as a parameter.',
      severity: 'error',
      from: { path: '^(?:src/(?:session|words|protocol|orchestrator/health)|components/view-models)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'every folder is a room',
      comment: 'A new room has its line in .dependency-cruiser.cjs and in docs/architecture.md.',
      severity: 'error',
      from: { path: '^(?:src|components|workers)/', pathNot: Object.keys(rooms).map(patternOf) },
      to: {},
    },
    {
      name: 'no circle',
      comment: 'Two files that need each other are one file, or want a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'found',
      comment: 'An import that cannot be resolved cannot be judged.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'tsc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts'],
    },
  },
};
