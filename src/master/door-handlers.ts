import { createCodeMethods } from '../orchestrator/door/code-methods.ts';
import { createConfigMethods, type OwnKeys } from '../orchestrator/door/config-methods.ts';
import type { Handler } from '../orchestrator/door/handlers.ts';
import { createHistoryMethods } from '../orchestrator/door/history-methods.ts';
import { createLessonMethods } from '../orchestrator/door/lesson-methods.ts';
import { createLifecycleMethods } from '../orchestrator/door/lifecycle-methods.ts';
import { createOutgoingMethods } from '../orchestrator/door/outgoing-methods.ts';
import { createPromptMethods } from '../orchestrator/door/prompt-methods.ts';
import { createRecordMethods } from '../orchestrator/door/record-methods.ts';
import { createRemovalMethods } from '../orchestrator/door/removal-methods.ts';
import { createReplyMethods } from '../orchestrator/door/reply-methods.ts';
import { createSilenceMethods } from '../orchestrator/door/silence-methods.ts';
import type { FleetMethod } from '../protocol/fleet-api.ts';
import { readAiKeys, writeAiKey } from '../settings/ai-keys.ts';
import { fleetTimeZone } from '../settings/time-zone.ts';
import { createBrainMethods } from './brain-methods.ts';
import { createControlMethods } from './control-methods.ts';
import { editedHere } from './edited-here.ts';
import type { MasterEnding } from './master-end.ts';
import { masterLog } from './master-files.ts';
import type { MasterRooms } from './master-rooms.ts';
import type { MasterParts } from './open-parts.ts';
import { createToolMethods } from './tool-methods.ts';

/** Keys lie beside the store, never in it, and are masked in the log from the moment they are known. */
const ownKeys = ({ paths, log }: MasterParts): OwnKeys => ({
  has: (session) => readAiKeys(paths)[session.id] !== undefined,
  set: (session, key) => {
    if (key !== null) log.addSecret(key);
    writeAiKey(paths, session.id, key);
  },
});

/** What is read of what was said and done. */
const writtenDown = (parts: MasterParts) => {
  const records = createRecordMethods(parts, masterLog(parts.paths));
  const history = createHistoryMethods({
    ...parts,
    timeZone: fleetTimeZone(parts.settings),
    cpuDayOf: parts.resources.cpuDayOf,
  });

  return {
    totals: records.totals,
    usage: records.usage,
    chats: records.chats,
    messages: records.messages,
    why: records.why,
    events: records.events,
    logs: records.logs,
    usageBy: history.usageBy,
    budgets: history.budgets,
    heat: history.heat,
    memoryHistory: history.memoryHistory,
    answerHistogram: history.answerHistogram,
    today: history.today,
    connectedShare: history.connectedShare,
  };
};

/** What a bot has in its hands. */
const inHand = (parts: MasterParts, { knowledge, files, hooks }: MasterRooms) => {
  const methods = { ...createToolMethods(parts), ...knowledge.methods, ...files.methods, ...hooks.methods };

  return { ...methods, ...editedHere(parts, methods) };
};

/**
 * Who serves what: every method of the door in one object, one line each. The compiler holds it: a method that is missing, named
 * twice or not in `fleetRequests` is a type error.
 */
export const doorHandlers = (parts: MasterParts, rooms: MasterRooms, ending: MasterEnding) => {
  const lifecycle = createLifecycleMethods(parts);
  const removal = createRemovalMethods(parts, rooms.jobs.eraser);
  const codes = createCodeMethods(parts);
  const config = createConfigMethods(parts, ownKeys(parts));
  const prompts = createPromptMethods(parts);
  const replies = createReplyMethods(parts);
  const silences = createSilenceMethods(parts);
  const outgoing = createOutgoingMethods(parts);
  const control = createControlMethods(parts, ending);
  const {
    replica,
    incidents,
    backup,
    bundles,
    jobs,
    moves,
    tries,
    rehearsals,
    proposals,
    probes,
    canaries,
    alerts,
    http,
  } = rooms;

  return {
    create: lifecycle.create,
    start: async (params) => {
      // Of a server that is gone, and never had here: its row and its history are fetched first.
      if (params.takeOver === true && parts.book.byName(params.name) === null)
        await replica.methods.storeAdopt({
          name: params.name,
          ...(params.actor === undefined ? {} : { actor: params.actor }),
        });
      return lifecycle.start(params);
    },
    stop: lifecycle.stop,
    restart: lifecycle.restart,

    logout: removal.logout,
    reset: removal.reset,
    delete: removal.delete,
    purge: jobs.methods.purge,
    job: jobs.methods.job,

    newCodes: codes.newCodes,
    code: codes.code,
    pair: codes.pair,
    check: codes.check,
    link: http.methods.link,
    revokeLink: http.methods.revokeLink,

    session: config.session,
    setConfig: config.setConfig,
    prompt: prompts.prompt,
    promptHistory: prompts.promptHistory,
    promptRollback: prompts.promptRollback,

    pause: replies.pause,
    resume: replies.resume,
    watch: replies.watch,
    silences: silences.silences,
    dismissSilence: silences.dismissSilence,
    ...createLessonMethods(parts),
    ...createBrainMethods(parts),
    drafts: outgoing.drafts,
    draft: outgoing.draft,
    send: outgoing.send,

    ...writtenDown(parts),
    incidents: incidents.methods.incidents,

    ...tries.methods,

    ...rehearsals.methods,
    ...proposals.methods,
    ...probes.methods,
    ...canaries.methods,
    ...inHand(parts, rooms),

    backup: backup.methods.backup,
    storeStatus: replica.methods.storeStatus,
    storePush: replica.methods.storePush,
    storePull: replica.methods.storePull,
    storeAdopt: replica.methods.storeAdopt,

    ...bundles.methods,

    ...moves.methods,

    alertTest: alerts.methods.alertTest,
    apiToken: http.methods.apiToken,
    rotateToken: http.methods.rotateToken,
    tokens: http.methods.tokens,
    tokenAdd: http.methods.tokenAdd,
    tokenRevoke: http.methods.tokenRevoke,
    logLevel: control.logLevel,
    masterStop: control.masterStop,
  } satisfies { [M in FleetMethod]: Handler<M> };
};
