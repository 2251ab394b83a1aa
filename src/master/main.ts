// The script that PM2 runs as `zap-fleet-master`; with `launch`, the short-lived process that starts it (spawn-launch.ts).
if (process.argv[2] === 'launch') {
  const { runLaunch } = await import('./launch.ts');
  await runLaunch();
} else {
  const { runMaster } = await import('./run-master.ts');
  await runMaster();
}
