// The script that PM2 runs as `zap-fleet-master`; with `launch`, the short-lived process that starts it (spawn-launch.ts); with
// `await-home`, the one that first waits until a home is back (lost-home.ts);
// with `check-store`, the one that reads a store through while the master goes on (store-check-process.ts);
// with `archive`, the one that makes and rewrites backups for a master (archive-process.ts);
// with `end-demo`, the one that clears a demo away whose terminal was killed (lonely-demo.ts).
if (process.argv[2] === 'launch' || process.argv[2] === 'await-home') {
  const { runLaunch } = await import('./launch.ts');
  await runLaunch();
} else if (process.argv[2] === 'check-store') {
  const { runStoreCheck } = await import('./store-check-process.ts');
  runStoreCheck(process.argv[3] ?? '');
} else if (process.argv[2] === 'end-demo') {
  const { endDemo } = await import('./lonely-demo.ts');
  await endDemo(process.argv[3] ?? '');
  // pm2 keeps its sockets' retry timers.
  process.exit(0);
} else if (process.argv[2] === 'archive') {
  const { runArchiveChild } = await import('./archive-child.ts');
  await runArchiveChild();
} else {
  const { runMaster } = await import('./run-master.ts');
  await runMaster();
}
