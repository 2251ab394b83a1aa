/** Which login profile a process was started for, by the one argument that every browser of ours carries. */

const argument = '--user-data-dir=';

export interface ProfileArgument {
  readonly value: string;
  /** False: the process rewrote its command line with blanks (Chromium's children do), so the value may run on. */
  readonly exact: boolean;
}

/** Tools whose command line may name a profile because somebody looks for it. They are never taken for a browser. */
const searchTools = new Set([
  'grep',
  'egrep',
  'fgrep',
  'rg',
  'pgrep',
  'pkill',
  'ps',
  'awk',
  'sed',
  'less',
  'vi',
  'vim',
]);

/** Finds the profile argument in the text of `/proc/PID/cmdline` (parts end with NUL) or of `ps` (parts joined by blanks). */
export const profileArgument = (commandLine: string, processName: string): ProfileArgument | null => {
  if (searchTools.has(processName)) return null;
  for (let at = commandLine.indexOf(argument); at >= 0; at = commandLine.indexOf(argument, at + 1)) {
    const before = at === 0 ? '\0' : commandLine[at - 1];
    if (before !== '\0' && before !== ' ') continue;
    const from = at + argument.length;
    const end = commandLine.indexOf('\0', from);
    const value = end < 0 ? commandLine.slice(from) : commandLine.slice(from, end);
    // A command line with a NUL before the argument is a real argument list; one text with blanks is a rewritten title.
    return { value, exact: before === '\0' && at > 0 };
  }
  return null;
};

const withoutSlash = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

export const namesProfile = (found: ProfileArgument, profileDir: string): boolean => {
  const wanted = withoutSlash(profileDir);
  const value = withoutSlash(found.value.trimEnd());
  if (value === wanted) return true;
  if (found.exact) return false;
  return found.value.startsWith(`${wanted} `) || found.value.startsWith(`${wanted}/ `);
};
