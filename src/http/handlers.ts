import type { Fleet } from '../protocol/door.ts';
import type { FleetApi, FleetMethod, FleetResults } from '../protocol/fleet-api.ts';
import { nodeStateOf } from '../protocol/node-state.ts';
import type { InputOf, OperationId, OutputOf } from './operations.ts';
import { publicSession } from './schemas.ts';

export type Handlers = {
  readonly [Id in OperationId]: (input: InputOf<Id>, actor: string) => Promise<OutputOf<Id>>;
};

/** Without the keys that are undefined: the door's types tell "absent" from "undefined". */
type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const present = <T extends object>(given: T): Present<T> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Present<T>;

const details = ({ row, config, instructions, hasOwnAiKey }: FleetResults['session']): OutputOf<'getSession'> => ({
  session: publicSession(row),
  ai_config: { ...config.ai },
  timing_config: { ...config.timing },
  filters: { ...config.filters },
  instructions,
  hasOwnAiKey,
});

/** `{ai_config: {model: 'x'}}` as `[['ai_config.model', 'x']]`: each is checked and recorded by itself. */
const settingsOf = (body: InputOf<'changeSession'>['body']): readonly (readonly [string, unknown])[] => {
  const { prompt: _, ai_config, timing_config, filters, ...flat } = body;
  const parts = { ai_config, timing_config, filters };
  return [
    ...Object.entries(flat).filter(([, value]) => value !== undefined),
    ...Object.entries(parts).flatMap(([part, values]) =>
      Object.entries(values ?? {}).map(([key, value]) => [`${part}.${key}`, value] as const),
    ),
  ];
};

const canaryHandlers = (
  fleet: Fleet,
): Pick<Handlers, 'listCanaries' | 'startCanary' | 'getCanary' | 'promoteCanary' | 'rollBackCanary'> => ({
  listCanaries: async () => fleet.request('canaries', {}),
  startCanary: async ({ params, body }, actor) =>
    fleet.request('canaryStart', { name: params.name, ...present(body), actor }),
  getCanary: async ({ params }) => fleet.request('canary', params),
  promoteCanary: async ({ params, body }, actor) =>
    fleet.request('canaryPromote', { name: params.name, id: body.id, actor }),
  rollBackCanary: async ({ params, body }, actor) =>
    fleet.request('canaryRollBack', { name: params.name, id: body.id, actor }),
});

const knowledgeHandlers = (
  fleet: Fleet,
): Pick<
  Handlers,
  | 'listKnowledge'
  | 'getKnowledgeFile'
  | 'searchKnowledge'
  | 'listKnowledgeGaps'
  | 'uploadKnowledge'
  | 'addKnowledge'
  | 'removeKnowledge'
> => ({
  listKnowledge: async ({ params }) => fleet.request('knowledge', { name: params.name }),
  getKnowledgeFile: async ({ params, query }) =>
    fleet.request('knowledgeFile', { name: params.name, ...present(query), file: query.file }),
  searchKnowledge: async ({ params, query }) =>
    fleet.request('knowledgeSearch', { name: params.name, text: query.text }),
  listKnowledgeGaps: async ({ params, query }) =>
    fleet.request('knowledgeGaps', { name: params.name, ...present(query) }),
  uploadKnowledge: async ({ params, body }) =>
    fleet.request('knowledgeUpload', { name: params.name, ...present(body), part: body.part }),
  addKnowledge: async ({ params, body }, actor) => fleet.request('knowledgeAdd', { name: params.name, ...body, actor }),
  removeKnowledge: async ({ params, query }, actor) =>
    fleet.request('knowledgeRemove', { name: params.name, file: query.file, actor }),
});

const tokenHandlers = (fleet: Fleet): Pick<Handlers, 'listTokens' | 'addToken' | 'revokeToken'> => ({
  listTokens: async () => fleet.request('tokens', {}),
  addToken: async ({ body }, actor) =>
    fleet.request('tokenAdd', { ...present(body), token: body.token, scope: body.scope, actor }),
  revokeToken: async ({ params }, actor) => fleet.request('tokenRevoke', { token: params.token, actor }),
});

const fileHandlers = (fleet: Fleet): Pick<Handlers, 'listFiles' | 'uploadFile' | 'addFile' | 'removeFile'> => ({
  listFiles: async ({ params }) => fleet.request('files', { name: params.name }),
  uploadFile: async ({ params, body }) =>
    fleet.request('fileUpload', { name: params.name, ...present(body), part: body.part }),
  addFile: async ({ params, body }, actor) =>
    fleet.request('fileAdd', {
      name: params.name,
      ...present(body),
      fileName: body.fileName,
      upload: body.upload,
      actor,
    }),
  removeFile: async ({ params }, actor) => fleet.request('fileRemove', { name: params.name, file: params.file, actor }),
});

const probeHandlers = (
  fleet: Fleet,
): Pick<Handlers, 'listProbes' | 'setProbe' | 'removeProbe' | 'askProbe' | 'loopProbe'> => ({
  listProbes: async ({ query }) => fleet.request('probes', present(query)),
  setProbe: async ({ params, body }, actor) =>
    fleet.request('probeSet', { name: params.name, ...present(body), from: body.from, actor }),
  removeProbe: async ({ params }, actor) => fleet.request('probeOff', { name: params.name, actor }),
  askProbe: async ({ params, body }, actor) =>
    fleet.request('probeAsk', { name: params.name, ...present(body), actor }),
  loopProbe: async ({ params, body }) => fleet.request('probeLoop', { name: params.name, ...present(body) }),
});

/** What it may do, and whom it tells. */
const handHandlers = (
  fleet: Fleet,
): Pick<
  Handlers,
  | 'listTools'
  | 'setTool'
  | 'removeTool'
  | 'listHooks'
  | 'setHook'
  | 'removeHook'
  | 'testHook'
  | 'listDeadEvents'
  | 'sendDeadAgain'
  | 'testTool'
> => ({
  listTools: async ({ params }) => fleet.request('tools', params),
  setTool: async ({ params, body }, actor) =>
    fleet.request('toolSet', { name: params.name, tool: params.tool, ...present(body), actor }),
  removeTool: async ({ params }, actor) => fleet.request('toolRemove', { ...params, actor }),
  listHooks: async ({ params }) => fleet.request('hooks', params),
  setHook: async ({ params, body }, actor) =>
    fleet.request('hookSet', { name: params.name, hook: params.hook, ...present(body), actor }),
  removeHook: async ({ params }, actor) => fleet.request('hookRemove', { ...params, actor }),
  testHook: async ({ params }) => fleet.request('hookTest', params),
  listDeadEvents: async ({ params }) => fleet.request('hookDead', params),
  sendDeadAgain: async ({ params }) => fleet.request('hookAgain', params),
  testTool: async ({ params, body }) => fleet.request('toolTest', { ...params, arguments: body.arguments }),
});

/** Throws `forbidden` where this may not be asked. */
type Refuse = (method: FleetMethod, params: unknown) => void;

/** Every operation as a request through the door. `refuse`: asked before the first of several that belong together. */
export const createHandlers = (fleet: Fleet, refuse: Refuse = () => undefined): Handlers => {
  const lifecycle =
    (method: 'start' | 'stop' | 'restart') =>
    async (
      { params, body }: Pick<InputOf<'startSession'>, 'params' | 'body'>,
      actor: string,
    ): Promise<OutputOf<'startSession'>> => {
      const asked: FleetApi['start']['params'] = { name: params.name, ...present(body), actor };
      return { session: publicSession((await fleet.request(method, asked)).row) };
    };

  return {
    listSessions: async () => {
      const { sequence, sessions } = fleet.getSnapshot();
      return { sequence, sessions: sessions.map(publicSession) };
    },
    createSession: async ({ body }, actor) => ({
      session: publicSession((await fleet.request('create', { ...body, actor })).row),
    }),
    getSession: async ({ params }) => details(await fleet.request('session', params)),
    changeSession: async ({ params, body }, actor) => {
      // All of it or nothing.
      for (const [key] of settingsOf(body)) refuse('setConfig', { key });
      if (body.prompt !== undefined) refuse('prompt', {});
      for (const [key, value] of settingsOf(body))
        await fleet.request('setConfig', { name: params.name, key, value, actor });
      if (body.prompt !== undefined) await fleet.request('prompt', { name: params.name, text: body.prompt, actor });
      return details(await fleet.request('session', params));
    },
    deleteSession: async ({ params, query }, actor) => {
      const { left, ...result } = await fleet.request('delete', {
        name: params.name,
        purge: query.purge,
        backups: query.backups,
        actor,
      });
      return { ...result, left: [...left] };
    },
    startSession: lifecycle('start'),
    stopSession: lifecycle('stop'),
    restartSession: lifecycle('restart'),
    logoutSession: async ({ params, body }, actor) => {
      const result = await fleet.request('logout', { name: params.name, ...present(body), actor });
      return { session: publicSession(result.row), unlinked: result.unlinked, reason: result.reason };
    },
    resetSession: async ({ params, body }, actor) => ({
      session: publicSession((await fleet.request('reset', { name: params.name, ...present(body), actor })).row),
    }),
    pairSession: async ({ params, body }, actor) =>
      fleet.request('pair', { name: params.name, phone: body.phone, actor }),
    linkSession: async ({ params }, actor) => fleet.request('link', { name: params.name, actor }),
    revokeLink: async ({ params }, actor) => fleet.request('revokeLink', { name: params.name, actor }),
    sendMessage: async ({ params, body }, actor) => fleet.request('send', { name: params.name, ...body, actor }),
    getCodes: async ({ params, query }) => {
      const { qr, pairing, row } = await fleet.request('code', { name: params.name, within: query.within ?? 0 });
      return { qr, pairing, state: row.state };
    },
    getLogs: async ({ params, query }) => fleet.request('logs', { name: params.name, ...present(query) }),
    getEvents: async ({ params, query }) => fleet.request('events', { name: params.name, ...present(query) }),
    getConversations: async ({ params, query }) => {
      const { chat, search, limit, before } = query;
      if (chat !== undefined)
        return fleet.request('messages', { name: params.name, chat, ...present({ limit, before }) });
      return fleet.request('chats', { name: params.name, ...present({ search, limit }) });
    },
    getSilences: async ({ params }) => fleet.request('silences', { name: params.name }),
    dismissSilence: async ({ params, body }, actor) => ({
      session: publicSession(
        (await fleet.request('dismissSilence', { name: params.name, chat: body.chat, actor })).row,
      ),
    }),
    getLessons: async ({ params, query }) => fleet.request('lessons', { name: params.name, ...present(query) }),
    dismissLesson: async ({ params, body }, actor) =>
      fleet.request('dismissLesson', { name: params.name, lesson: body.lesson, actor }),
    ...knowledgeHandlers(fleet),
    ...fileHandlers(fleet),
    ...probeHandlers(fleet),
    ...canaryHandlers(fleet),
    planRehearsal: async ({ params, body }) => fleet.request('rehearsePlan', { name: params.name, ...present(body) }),
    startRehearsal: async ({ params, body }, actor) =>
      fleet.request('rehearse', { name: params.name, ...present(body), actor }),
    getRehearsal: async ({ params, query }) => fleet.request('rehearsal', { name: params.name, ...present(query) }),
    stopRehearsal: async ({ params }, actor) => fleet.request('rehearseStop', { name: params.name, actor }),
    resumeRehearsal: async ({ params }, actor) => fleet.request('rehearseResume', { name: params.name, actor }),
    publishRehearsal: async ({ params, body }, actor) =>
      fleet.request('rehearsePublish', { name: params.name, id: body.id, actor }),
    listProposals: async () => fleet.request('proposals', {}),
    getProposal: async ({ params }) => fleet.request('proposal', { name: params.name }),
    planProposal: async ({ params }) => fleet.request('proposePlan', { name: params.name }),
    askProposal: async ({ params }, actor) => fleet.request('propose', { name: params.name, actor }),
    resumeProposal: async ({ params, body }, actor) =>
      fleet.request('proposalResume', { name: params.name, id: body.id, actor }),
    publishProposal: async ({ params, body }, actor) =>
      fleet.request('proposalPublish', { name: params.name, id: body.id, actor }),
    dropProposal: async ({ params, body }, actor) =>
      fleet.request('proposalDrop', { name: params.name, id: body.id, actor }),
    makeRehearsalCase: async ({ params, body }, actor) =>
      fleet.request('rehearseCase', { name: params.name, turn: body.turn, actor }),
    ...handHandlers(fleet),
    ...tokenHandlers(fleet),
    answerTurn: async ({ params, body }, actor) => fleet.request('turnAnswer', { ...params, ...present(body), actor }),
    listIncidents: async ({ query }) => fleet.request('incidents', present(query)),
    listNodes: async () => {
      const snapshot = fleet.getSnapshot();
      return { nodes: snapshot.nodes ?? [nodeStateOf(snapshot)] };
    },
  };
};
