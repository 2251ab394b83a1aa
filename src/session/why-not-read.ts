import { messageOf } from './fleet-error.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  ENAMETOOLONG: 'its name is too long',
};

/** Why a file that a person named cannot be read: in words, without the system's call and the path, which stands beside it anyway. */
export const whyNotRead = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return reasons[code] ?? messageOf(error);
};
