/** What becomes of a session when its server is gone (session/failover.ts). */
export const failoverColumn = {
  name: '0010-failover',
  sql: `
ALTER TABLE sessions ADD COLUMN failover TEXT NOT NULL DEFAULT 'manual';
`,
};
