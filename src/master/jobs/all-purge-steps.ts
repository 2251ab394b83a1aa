import type { EpochMs } from '../../session/units.ts';
import type { PurgeStep } from './purge-steps.ts';
import { backupsStep, type RewriteBackup } from './steps/backups-step.ts';
import { casesStep } from './steps/cases-step.ts';
import {
  asideStep,
  bundlesStep,
  filesStep,
  forgetStep,
  loginStep,
  logsStep,
  ownKeyStep,
  toldStep,
} from './steps/keeps-nothing-steps.ts';
import { customerStep, findStep, historyStep, overwriteStep, receiptStep } from './steps/store-steps.ts';
import { archivesStep, logLinesStep, replicaStep } from './steps/trace-steps.ts';

export interface PurgeSources {
  /** When the next backups are made: so long the old ones stay. */
  readonly upcomingBackups: (count: number) => readonly EpochMs[];
  readonly rewriteBackup: RewriteBackup;
}

/**
 * Every step of a purge in the order in which they run. What must not run beside its session comes first (`whileStopped`); what tells of
 * archives that are left comes after what removes or rewrites them.
 */
export const allPurgeSteps = ({ upcomingBackups, rewriteBackup }: PurgeSources): readonly PurgeStep[] => [
  findStep,
  casesStep,
  customerStep,
  historyStep,
  receiptStep,
  loginStep,
  asideStep,
  bundlesStep,
  ownKeyStep,
  filesStep,
  toldStep,
  logLinesStep,
  logsStep,
  replicaStep,
  forgetStep,
  overwriteStep,
  backupsStep(rewriteBackup),
  archivesStep(upcomingBackups),
];
