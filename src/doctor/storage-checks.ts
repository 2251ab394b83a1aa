import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import { groupKeyProblem } from '../settings/group-key.ts';
import { bad, type Finding, ok, type Patient, warn } from './finding.ts';

/** Whether the logins of a group can be kept in Supabase Storage. Asked only where Supabase and the group's key are set. */

const askWithin: Milliseconds = 8000;

export const checkLoginBucket = async ({ loaded: { settings, secrets } }: Patient): Promise<Finding[]> => {
  const { SUPABASE_URL: url } = settings;
  const { SUPABASE_SERVICE_ROLE_KEY: key } = secrets;
  if (url === undefined || key === undefined) return [];
  const problem = groupKeyProblem(secrets);
  if (problem !== null) {
    const [what = problem, ...mend] = problem.split('. ');
    return [warn('group-key', what, mend.join('. ').replace(/\.$/, ''))];
  }

  const { openLoginBucket } = await import('../store/replica/login-bucket.ts');
  const bucket = openLoginBucket({ url, key, requestMs: askWithin });
  try {
    const standing = await bucket.standing();
    if (standing === 'there') return [ok('login-bucket', 'logins are kept in Supabase Storage, encrypted')];
    if (standing === 'missing')
      return [
        warn(
          'login-bucket-missing',
          'Supabase Storage has no bucket zap-fleet-logins yet',
          'it is made with the first bundle: zap-fleet bundle push NAME',
        ),
      ];
    return [
      bad(
        'login-bucket-public',
        'everybody can read the bucket zap-fleet-logins: no login is put there',
        'make it private in Supabase > Storage',
      ),
    ];
  } catch (error) {
    return [warn('login-bucket-away', messageOf(error), 'logins are kept there again when it answers')];
  } finally {
    bucket.close();
  }
};
