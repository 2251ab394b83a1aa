// For whoever runs a PM2 of their own: `pm2 start ecosystem.config.js` keeps the supervisor running, which keeps the fleet running in a
// PM2 of its own. That is why PM2_HOME, which the outer PM2 hands down, is taken out of the environment first.
import { join } from 'node:path';

export const apps = [
  {
    name: 'zap-fleet',
    script: '/usr/bin/env',
    interpreter: 'none',
    args: ['-u', 'PM2_HOME', process.execPath, join(import.meta.dirname, 'dist', 'cli.js'), '--daemon'],
    exec_mode: 'fork',
    instances: 1,
    autorestart: true,
    // A drain takes up to 9 s; PM2's own default would kill the supervisor after 1.6 s.
    kill_timeout: 12_000,
    treekill: false,
  },
];
