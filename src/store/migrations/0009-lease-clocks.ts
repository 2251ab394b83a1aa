/**
 * The end of a lease on the machine's monotonic clock beside the wall's: a master that begins anew while Supabase is away must not take a
 * clock that was set back for a longer right. The monotonic clock counts from the boot that `lease_boot` names; in another boot it says
 * nothing.
 */
export const leaseClocks = {
  name: '0009-lease-clocks',
  sql: `
ALTER TABLE replica_sessions ADD COLUMN lease_boot TEXT;
ALTER TABLE replica_sessions ADD COLUMN lease_monotonic_until REAL NOT NULL DEFAULT 0;
`,
};
