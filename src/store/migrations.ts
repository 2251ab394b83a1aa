import { sessionTables } from './migrations/0001-sessions.ts';
import { conversationTables } from './migrations/0002-conversations.ts';
import { replicaTables } from './migrations/0003-replica.ts';
import { upkeepTables } from './migrations/0004-upkeep.ts';
import { customerTables } from './migrations/0005-customers.ts';
import { phoneKeys } from './migrations/0006-phone-keys.ts';
import { jobTables } from './migrations/0007-jobs.ts';
import { historyTables } from './migrations/0008-history.ts';
import { leaseClocks } from './migrations/0009-lease-clocks.ts';
import { failoverColumn } from './migrations/0010-failover.ts';
import { probeTables } from './migrations/0011-probes.ts';
import { rehearsalTables } from './migrations/0012-rehearsals.ts';
import { lessonTables } from './migrations/0013-lessons.ts';
import { proposalTables } from './migrations/0014-proposals.ts';
import { toolTables } from './migrations/0015-tools.ts';
import { canaryTables } from './migrations/0016-canaries.ts';
import { knowledgeTables } from './migrations/0017-knowledge.ts';
import { proofColumns } from './migrations/0018-proof.ts';
import { sendFileTables } from './migrations/0019-files.ts';
import { brainTables } from './migrations/0020-brains.ts';
import { hookTables } from './migrations/0021-hooks.ts';
import { meaningTables } from './migrations/0022-meaning.ts';

/** Numbered, append-only: a migration that has been in a release is never edited. The schema version is the count. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export const migrations: readonly Migration[] = [
  sessionTables,
  conversationTables,
  replicaTables,
  upkeepTables,
  customerTables,
  phoneKeys,
  jobTables,
  historyTables,
  leaseClocks,
  failoverColumn,
  probeTables,
  rehearsalTables,
  lessonTables,
  proposalTables,
  toolTables,
  canaryTables,
  knowledgeTables,
  proofColumns,
  sendFileTables,
  brainTables,
  hookTables,
  meaningTables,
];
