import { type JobKindName, type JobProgress, jobPercent } from '../session/job.ts';
import { plainText } from '../session/plain-text.ts';
import { thousands } from './figures.ts';
import type { Language } from './language.ts';

/** Long work in one line, for screens and commands. */

type Words = Readonly<Record<JobKindName, (session: string) => string>>;

const english: Words = {
  delete: (session) => `Erasing ${session} with all that was said in it`,
  purge: (session) => `Erasing a customer of ${session}`,
  merge: () => 'Making one of the chats of one person',
  retention: () => 'Erasing what is past its days',
  vacuum: () => 'Giving free space of the database back',
  'store-push': () => 'Sending everything to Supabase',
  'store-pull': () => 'Fetching everything from Supabase',
  backup: () => 'Making a backup',
  'bundle-push': (session) => `Taking the login of ${session} to Supabase Storage`,
  'bundle-fetch': (session) => `Fetching the login of ${session} from Supabase Storage`,
  'bundle-forget': (session) => `Removing the login bundles of ${session} from Supabase Storage`,
  'belongings-push': (session) => `Taking tools and files of ${session} to Supabase Storage`,
  'belongings-fetch': (session) => `Fetching tools and files of ${session} from Supabase Storage`,
  'belongings-forget': (session) => `Removing tools and files of ${session} from Supabase Storage`,
  move: (session) => `Moving ${session} to another server`,
  'node-drain': () => 'Moving the sessions of this server to others',
  rehearsal: (session) => `Rehearsing ${session}`,
  proposal: (session) => `Proposing a change of the instructions of ${session}`,
  vectors: (session) => `Making vectors of what ${session} knows`,
};

const portuguese: Words = {
  delete: (session) => `Apagando ${session} com tudo o que foi dito nela`,
  purge: (session) => `Apagando um cliente de ${session}`,
  merge: () => 'Juntando as conversas de uma pessoa',
  retention: () => 'Apagando o que passou do prazo',
  vacuum: () => 'Devolvendo o espaço livre do banco',
  'store-push': () => 'Enviando tudo para o Supabase',
  'store-pull': () => 'Trazendo tudo do Supabase',
  backup: () => 'Fazendo um backup',
  'bundle-push': (session) => `Levando o login de ${session} ao Supabase Storage`,
  'bundle-fetch': (session) => `Trazendo o login de ${session} do Supabase Storage`,
  'bundle-forget': (session) => `Apagando os pacotes de login de ${session} no Supabase Storage`,
  'belongings-push': (session) => `Levando ferramentas e arquivos de ${session} ao Supabase Storage`,
  'belongings-fetch': (session) => `Trazendo ferramentas e arquivos de ${session} do Supabase Storage`,
  'belongings-forget': (session) => `Apagando ferramentas e arquivos de ${session} no Supabase Storage`,
  move: (session) => `Movendo ${session} para outro servidor`,
  'node-drain': () => 'Movendo as sessões deste servidor para outros',
  rehearsal: (session) => `Ensaiando ${session}`,
  proposal: (session) => `Propondo uma mudança nas instruções de ${session}`,
  vectors: (session) => `Fazendo vetores do que ${session} conhece`,
};

const howFar = (job: Pick<JobProgress, 'done' | 'total'>, language: Language): string => {
  if (job.done === 0) return '';
  const percent = jobPercent(job);
  const done = thousands(job.done, language);
  if (percent === null) return `: ${done}`;
  return `: ${done} ${language === 'en' ? 'of' : 'de'} ${thousands(job.total, language)} (${percent}%)`;
};

/** E.g. `Erasing loja-1 with all that was said in it: 120,000 of 700,000 (17%)`. */
export const jobWords = (
  job: Pick<JobProgress, 'kind' | 'session' | 'done' | 'total' | 'problem'>,
  language: Language,
): string => {
  const what = (language === 'en' ? english : portuguese)[job.kind](plainText(job.session ?? ''));
  const problem =
    job.problem === null
      ? ''
      : `; ${language === 'en' ? 'waits for its next try' : 'espera a próxima tentativa'}: ${plainText(job.problem)}`;

  return `${what}${howFar(job, language)}${problem}`;
};
