// The script that PM2 runs as `zap-fleet-master`; with `launch`, the short-lived process that starts it (spawn-launch.ts); with
// `await-home`, the one that first waits until a home is back (lost-home.ts);
// with `check-store`, the one that reads a store through while the master goes on (store-check-process.ts);
// with `archive`, the one that makes and rewrites backups for a master (archive-process.ts);
// with `end-demo`, the one that clears a demo away whose terminal was killed (lonely-demo.ts).
const run = async (): Promise<void> => {
  const [, , face, argument = ''] = process.argv;
  switch (face) {
    case 'launch':
    case 'await-home':
      return (await import('./launch.ts')).runLaunch();
    case 'check-store':
      return (await import('./store-check-process.ts')).runStoreCheck(argument);
    case 'end-demo': {
      const { endDemo } = await import('./lonely-demo.ts');
      await endDemo(argument);
      // pm2 keeps its sockets' retry timers.
      return process.exit(0);
    }
    case 'archive':
      return (await import('./archive-child.ts')).runArchiveChild();
    default:
      return (await import('./run-master.ts')).runMaster();
  }
};

// Not awaited at the outermost: the build makes CommonJS of it, which Node starts sooner than a module. What fails ends the process as before.
void run();
