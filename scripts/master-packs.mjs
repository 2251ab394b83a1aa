import { chunkOf, closureOf } from './chunk-graph.mjs';

/**
 * Processes that share a part with the master: the script or source that each begins with. Without these a bot with a browser read all of the
 * master's text, a megabyte, for two kilobytes of it.
 */
const besideMaster = {
  bots: [
    'workers/session-worker.ts',
    'workers/try-worker.ts',
    'workers/rehearse-worker.ts',
    'workers/knowledge-reader.ts',
    'workers/embed-worker.ts',
    'workers/probe-loop-worker.ts',
  ],
  simulated: ['workers/whatsapp/simulated/simulated-client.ts', 'workers/whatsapp/simulated/simulated-config.ts'],
  launch: ['src/master/launch.ts', 'src/master/stop-fleet.ts'],
  archive: ['src/master/archive-child.ts'],
};
const masterSource = 'src/master/run-master.ts';

/** Names the pack of a chunk that the master loads and no command's look does: `master` where no other process ever does, else for who else does. */
export const masterPacks = (outputs) => {
  const master = chunkOf(outputs, masterSource);
  const importsEver = (path) => {
    if (path === master) return [];
    return outputs[path].imports.filter(({ external }) => !external).map((one) => one.path);
  };
  const reach = (paths) => {
    const found = new Set();
    for (const path of paths) closureOf(importsEver, path, found);
    return found;
  };
  const anyone = reach(Object.keys(outputs).filter((path) => outputs[path].entryPoint && !path.includes('/chunks/')));
  const kinds = Object.entries(besideMaster).map(([kind, sources]) => [
    kind,
    reach(sources.map((source) => chunkOf(outputs, source))),
  ]);
  return (path) => {
    if (!anyone.has(path) || path === master) return 'master';
    const others = kinds.filter(([, reached]) => reached.has(path)).map(([kind]) => kind);
    return `master-${others.length === 0 ? 'commands' : others.join('-')}`;
  };
};
