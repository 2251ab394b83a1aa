import type { Manifest } from './backup-format.ts';

const keyWords = (manifest: Manifest, needKeys: readonly string[]): readonly string[] => {
  if (manifest.keys === undefined)
    return ['This backup is of a time when AI keys of single sessions were in none: whoever had one needs it again.'];
  return needKeys.map(
    (name) => `${name} had an AI key of its own, which is not in this backup: zap-fleet config ${name} set ai_key KEY`,
  );
};

/** What a person does next after a restore. */
export const restoreWords = (
  manifest: Manifest,
  {
    historyRestored,
    needKeys,
    tokenLeft,
  }: { historyRestored: boolean; needKeys: readonly string[]; tokenLeft: boolean },
): readonly string[] => [
  'Every restored session is stopped. Before you start one, make sure that the old server is off: two browsers on one login throw each other out.',
  'Start with: zap-fleet start NAME. On the real service an old login may be refused; then a new QR is shown.',
  ...manifest.sessions
    .filter(({ profile }) => profile !== 'copied')
    .map(
      ({ name, reason }) =>
        `${name} has no login in this backup${reason === null ? '' : ` (${reason})`}: it needs a new QR.`,
    ),
  ...(historyRestored
    ? []
    : ['The conversations were not restored: their numbers are taken by other sessions of this fleet.']),
  ...keyWords(manifest, needKeys),
  ...(tokenLeft ? ["The API's token of the backup was not taken over (--trusted takes it): zap-fleet token"] : []),
];
