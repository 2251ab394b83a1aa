import { covers, type TokenScope } from '../../session/access.ts';
import type { FleetMethod } from '../fleet-api.ts';

/**
 * What every method of the door and every route of the API asks of a token: one table, and what is not in it is refused. `read` looks, with
 * customers' texts; `operate` runs the bots; what a bot is, what leaves the machine and what cannot be undone is `admin`.
 */

/**
 * How a method meets a token that is limited to some sessions. `named`: its `name` (and `from`) must be one of them. `each`: without a name
 * it is asked for each of them. `filtered`: the answer keeps what is theirs. `made`: it makes a session of that name. `owner`: whose it is
 * must be looked up. `any`: it leads nowhere without an id that only its maker was told. `fleet`: refused, it is about all of them.
 */
export type MeetsLimit = 'named' | 'each' | 'filtered' | 'made' | 'owner' | 'any' | 'fleet';

export interface MethodRule {
  readonly scope: TokenScope;
  readonly limit: MeetsLimit;
  /** What these parameters ask for beyond it. */
  readonly more?: (params: Readonly<Record<string, unknown>>) => TokenScope;
}

const read = (limit: MeetsLimit): MethodRule => ({ scope: 'read', limit });
const operate = (limit: MeetsLimit, more?: MethodRule['more']): MethodRule => ({
  scope: 'operate',
  limit,
  ...(more === undefined ? {} : { more }),
});
const admin = (limit: MeetsLimit): MethodRule => ({ scope: 'admin', limit });

const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== false &&
  Object.keys(Object(value)).length + Number(value === true) > 0;

export const methodRules: { readonly [M in FleetMethod]: MethodRule } = {
  session: read('named'),
  totals: read('named'),
  usage: read('each'),
  budgets: read('filtered'),
  usageBy: read('filtered'),
  heat: read('each'),
  memoryHistory: read('named'),
  answerHistogram: read('each'),
  today: read('named'),
  connectedShare: read('each'),
  promptHistory: read('named'),
  silences: read('named'),
  drafts: read('each'),
  chats: read('each'),
  messages: read('named'),
  why: read('named'),
  events: read('each'),
  incidents: read('filtered'),
  logs: read('named'),
  job: read('owner'),
  storeStatus: read('fleet'),
  bundles: read('named'),
  nodes: read('fleet'),
  moveTargets: read('fleet'),
  rehearsePlan: read('named'),
  rehearsal: read('named'),
  proposePlan: read('named'),
  proposal: read('named'),
  proposals: read('filtered'),
  probes: read('each'),
  canary: read('named'),
  canaries: read('filtered'),
  lessons: read('named'),
  tools: read('named'),
  hooks: read('named'),
  hookDead: read('named'),
  knowledge: read('named'),
  files: read('named'),
  knowledgeFile: read('named'),
  knowledgeSearch: read('named'),
  knowledgeGaps: read('named'),

  // By force, of a server that is gone: two bots would answer when it is not.
  start: operate('named', ({ takeOver }) => (takeOver === true ? 'admin' : 'operate')),
  stop: operate('named'),
  restart: operate('named'),
  newCodes: operate('named'),
  pair: operate('named'),
  // Whoever has it links a phone.
  code: operate('named'),
  link: operate('named'),
  revokeLink: operate('named'),
  check: operate('named'),
  pause: operate('named'),
  resume: operate('named'),
  watch: operate('named'),
  dismissSilence: operate('named'),
  draft: operate('owner'),
  send: operate('named'),
  turnAnswer: operate('named'),
  // As `pause` and `watch` do; every other setting is what a bot is.
  setConfig: operate('named', ({ key }) => (key === 'replies' ? 'operate' : 'admin')),
  tryStart: operate('named'),
  trySay: operate('any'),
  tryAnswer: operate('any'),
  tryState: operate('any'),
  tryEnd: operate('any'),
  // Settings say where the AI is: customers' texts would go there.
  rehearse: operate('named', ({ settings }) => (isGiven(settings) ? 'admin' : 'operate')),
  rehearseStop: operate('named'),
  rehearseResume: operate('named'),
  rehearseCase: operate('named'),
  propose: operate('named'),
  proposalResume: operate('named'),
  probeAsk: operate('named'),
  probeLoop: operate('named'),
  canaryRollBack: operate('named'),
  dismissLesson: operate('named'),

  create: admin('made'),
  logout: admin('named'),
  reset: admin('named'),
  delete: admin('named'),
  purge: admin('named'),
  prompt: admin('named'),
  promptRollback: admin('named'),
  rehearsePublish: admin('named'),
  proposalPublish: admin('named'),
  proposalDrop: admin('named'),
  probeSet: admin('named'),
  probeOff: admin('named'),
  canaryStart: admin('named'),
  canaryPromote: admin('named'),
  toolSet: admin('named'),
  toolRemove: admin('named'),
  toolTest: admin('named'),
  hookSet: admin('named'),
  hookRemove: admin('named'),
  hookTest: admin('named'),
  hookAgain: operate('named'),
  fileUpload: admin('named'),
  fileAdd: admin('named'),
  fileRemove: admin('named'),
  knowledgeUpload: admin('named'),
  knowledgeAdd: admin('named'),
  knowledgeRemove: admin('named'),
  logLevel: admin('named'),
  backup: admin('fleet'),
  storePush: admin('fleet'),
  storePull: admin('fleet'),
  storeAdopt: admin('fleet'),
  bundlePush: admin('named'),
  bundleFetch: admin('named'),
  bundleSkip: admin('named'),
  bundleUndo: admin('named'),
  bundleRemove: admin('named'),
  move: admin('fleet'),
  moveCancel: admin('fleet'),
  nodeDrain: admin('fleet'),
  apiToken: admin('fleet'),
  rotateToken: admin('fleet'),
  tokens: admin('fleet'),
  tokenAdd: admin('fleet'),
  tokenRevoke: admin('fleet'),
  masterStop: admin('fleet'),
  alertTest: admin('fleet'),
};

/** What a request asks for. */
export const scopeOfRequest = (method: FleetMethod, params: unknown): TokenScope => {
  const { scope, more } = methodRules[method];
  const extra =
    more?.(typeof params === 'object' && params !== null ? (params as Record<string, unknown>) : {}) ?? scope;
  return covers(scope, extra) ? scope : extra;
};

/**
 * The least that each route asks for, before anything of a request is read; the methods behind it ask for theirs. `wholeFleet`: never for
 * a token that is limited to some sessions.
 */
export const routeRules: Readonly<Record<string, { readonly scope: TokenScope; readonly wholeFleet?: true }>> = {
  'GET /metrics': { scope: 'read', wholeFleet: true },
  'GET /api/openapi.json': { scope: 'read' },
  'GET /api/events': { scope: 'read' },
  'GET /api/door': { scope: 'read' },
  'GET /api/sessions': { scope: 'read' },
  'GET /api/sessions/:name': { scope: 'read' },
  'GET /api/sessions/:name/logs': { scope: 'read' },
  'GET /api/sessions/:name/events': { scope: 'read' },
  'GET /api/sessions/:name/conversations': { scope: 'read' },
  'GET /api/sessions/:name/silences': { scope: 'read' },
  'GET /api/sessions/:name/lessons': { scope: 'read' },
  'GET /api/sessions/:name/files': { scope: 'read' },
  'GET /api/sessions/:name/knowledge': { scope: 'read' },
  'GET /api/sessions/:name/knowledge/file': { scope: 'read' },
  'GET /api/sessions/:name/knowledge/search': { scope: 'read' },
  'GET /api/sessions/:name/knowledge/gaps': { scope: 'read' },
  'GET /api/sessions/:name/canary': { scope: 'read' },
  'GET /api/sessions/:name/rehearsal': { scope: 'read' },
  'POST /api/sessions/:name/rehearsal/plan': { scope: 'read' },
  'GET /api/sessions/:name/proposal': { scope: 'read' },
  'POST /api/sessions/:name/proposal/plan': { scope: 'read' },
  'GET /api/sessions/:name/tools': { scope: 'read' },
  'GET /api/sessions/:name/hooks': { scope: 'read' },
  'GET /api/sessions/:name/hooks/:hook/dead': { scope: 'read' },
  'GET /api/probes': { scope: 'read' },
  'GET /api/canaries': { scope: 'read' },
  'GET /api/proposals': { scope: 'read' },
  'GET /api/incidents': { scope: 'read' },
  'GET /api/nodes': { scope: 'read' },

  // Pausing is `replies` of it; the other settings ask for more.
  'PATCH /api/sessions/:name': { scope: 'operate' },
  'POST /api/sessions/:name/start': { scope: 'operate' },
  'POST /api/sessions/:name/stop': { scope: 'operate' },
  'POST /api/sessions/:name/restart': { scope: 'operate' },
  'GET /api/sessions/:name/qr': { scope: 'operate' },
  'POST /api/sessions/:name/pair': { scope: 'operate' },
  'POST /api/sessions/:name/link': { scope: 'operate' },
  'DELETE /api/sessions/:name/link': { scope: 'operate' },
  'POST /api/sessions/:name/messages': { scope: 'operate' },
  'POST /api/sessions/:name/silences/dismiss': { scope: 'operate' },
  'POST /api/sessions/:name/lessons/dismiss': { scope: 'operate' },
  'POST /api/sessions/:name/probe/ask': { scope: 'operate' },
  'POST /api/sessions/:name/probe/loop': { scope: 'operate' },
  'POST /api/sessions/:name/canary/roll-back': { scope: 'operate' },
  'POST /api/sessions/:name/rehearsal': { scope: 'operate' },
  'POST /api/sessions/:name/rehearsal/stop': { scope: 'operate' },
  'POST /api/sessions/:name/rehearsal/resume': { scope: 'operate' },
  'POST /api/sessions/:name/rehearsal/cases': { scope: 'operate' },
  'POST /api/sessions/:name/proposal': { scope: 'operate' },
  'POST /api/sessions/:name/proposal/resume': { scope: 'operate' },
  'POST /api/sessions/:name/hooks/:hook/again': { scope: 'operate' },

  'POST /api/sessions': { scope: 'admin' },
  'DELETE /api/sessions/:name': { scope: 'admin' },
  'POST /api/sessions/:name/logout': { scope: 'admin' },
  'POST /api/sessions/:name/reset': { scope: 'admin' },
  'POST /api/sessions/:name/files': { scope: 'admin' },
  'POST /api/sessions/:name/files/upload': { scope: 'admin' },
  'DELETE /api/sessions/:name/files/:file': { scope: 'admin' },
  'POST /api/sessions/:name/knowledge': { scope: 'admin' },
  'POST /api/sessions/:name/knowledge/upload': { scope: 'admin' },
  'DELETE /api/sessions/:name/knowledge/file': { scope: 'admin' },
  'POST /api/sessions/:name/probe': { scope: 'admin' },
  'DELETE /api/sessions/:name/probe': { scope: 'admin' },
  'POST /api/sessions/:name/canary': { scope: 'admin' },
  'POST /api/sessions/:name/canary/promote': { scope: 'admin' },
  'POST /api/sessions/:name/rehearsal/publish': { scope: 'admin' },
  'POST /api/sessions/:name/proposal/publish': { scope: 'admin' },
  'POST /api/sessions/:name/proposal/drop': { scope: 'admin' },
  'POST /api/sessions/:name/turns/:turn/answer': { scope: 'operate' },
  'POST /api/sessions/:name/hooks/:hook': { scope: 'admin' },
  'DELETE /api/sessions/:name/hooks/:hook': { scope: 'admin' },
  'POST /api/sessions/:name/hooks/:hook/test': { scope: 'admin' },
  'POST /api/sessions/:name/tools/:tool': { scope: 'admin' },
  'DELETE /api/sessions/:name/tools/:tool': { scope: 'admin' },
  'POST /api/sessions/:name/tools/:tool/test': { scope: 'admin' },
  'GET /api/tokens': { scope: 'admin', wholeFleet: true },
  'POST /api/tokens': { scope: 'admin', wholeFleet: true },
  'DELETE /api/tokens/:token': { scope: 'admin', wholeFleet: true },
};
