import type { StandIn } from './stand-in-library.ts';

/**
 * Chromium's TLS asks NSS, NSS loads its softokn3, and that one names `libsqlite3.so.0`, which slim machines do not have and the npm
 * package does not bring (seen with 153.0.0). It would keep a person's own certificates there; a bot has none. So each call fails as SQLite would on
 * a file that cannot be opened (14), and NSS goes on without a database, as it does for a home that it cannot write.
 */
const ok = 0;
const error = 1;
const cannotOpen = 14;
const nothing = 0;

export const sqliteStandIn: StandIn = {
  soname: 'libsqlite3.so.0',
  functions: {
    sqlite3_open_v2: cannotOpen,
    sqlite3_close: ok,
    sqlite3_finalize: ok,
    sqlite3_busy_timeout: error,
    sqlite3_exec: error,
    sqlite3_file_control: error,
    sqlite3_prepare_v2: error,
    sqlite3_bind_blob: error,
    sqlite3_bind_int: error,
    sqlite3_bind_text: error,
    sqlite3_reset: error,
    sqlite3_step: error,
    sqlite3_column_blob: nothing,
    sqlite3_column_bytes: nothing,
    sqlite3_column_count: nothing,
    sqlite3_column_int: nothing,
    sqlite3_column_name: nothing,
    sqlite3_column_text: nothing,
    sqlite3_free: nothing,
    sqlite3_mprintf: nothing,
  },
  variables: ['sqlite3_temp_directory'],
};
